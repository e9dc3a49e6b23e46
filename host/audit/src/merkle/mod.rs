//! The Merkle tree over a log (RFC 6962), its signed heads, and proofs about it.

mod checkpoint;
mod consistency;
mod cosignature;
mod frontier;
mod hash;
mod inclusion;
mod note;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use consistency::ConsistencyProof;
pub use cosignature::{Witness, cosign};
pub(crate) use frontier::Frontier;
pub use hash::{Hash, leaf_hash};
pub use inclusion::{InclusionProof, ProofError};
pub use note::NoteError;
pub(crate) use note::{decode_strict_base64, encode_base64, is_key_name};
