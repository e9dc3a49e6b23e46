//! Detached signatures over files: OpenSSH signatures, DSSE envelopes and Sigstore bundles.

mod allowed_signers;
mod bundle;
mod content;
mod envelope;
mod error;
mod find;
mod module;
mod provenance;
mod sign;
mod sole_signer;
mod ssh;
mod statement;
mod trust;
mod verdict;
mod verify;

pub use allowed_signers::AllowedSignersError;
pub use envelope::{Envelope, EnvelopeError, EnvelopeSignature};
pub use error::SignatureError;
pub use find::{FoundSignature, SIGNATURE_SUFFIXES, find_signatures, read_signatures};
pub use module::{MODULE_TYPE, ModuleClaim, sign_module};
pub use provenance::{PROVENANCE_TYPES, Provenance};
pub use sign::{PACKAGE_TYPE, SignatureForm, sign_file};
pub use sole_signer::StatementFinding;
pub use ssh::SIGNATURE_NAMESPACE;
pub use statement::{ResourceDescriptor, STATEMENT_PAYLOAD_TYPE, STATEMENT_TYPE, Statement};
pub use trust::{Trust, TrustedKey};
pub use verdict::{APPROVAL_TYPES, SignatureVerdict, Signed};
pub use verify::{MAX_SIGNATURE_BYTES, verify_bytes, verify_file, verify_known_file};
