//! What happened, provable: a tamper-evident log, signatures, attestations and receipts.
//!
//! This crate knows nothing of deployments. It takes records as a *kind* and a JSON payload, and it
//! gives back evidence that somebody else can check with a public key and nothing more.
//!
//! | to do this | use |
//! |---|---|
//! | keep a log that shows every later change | [`Log`], [`verify_log`], [`LogVerdict`] |
//! | read it | [`Records`], [`Follower`], [`Filter`] |
//! | hand out a proof about one record | [`InclusionProof`], [`ConsistencyProof`] |
//! | sign and verify a file | [`sign_file`], [`verify_file`], [`SignatureVerdict`] |
//! | say what a deployment did, signed | [`Attestation`], [`verify_attestation`] |
//! | put all of it in one file | [`DeploymentReceipt`] |
//! | compare a secret without showing it | [`DigestKey`] |
//! | name the content of a folder | [`tree_digest`] |
//!
//! # The log in three sentences
//!
//! A log is a folder of JSON lines; each record carries the RFC 6962 leaf hash of the record before
//! it. From time to time a *checkpoint* is signed over the Merkle tree of all records so far, which
//! fixes them: no record below it can change, vanish, appear or move without [`verify_log`] saying
//! so. Who owns the signing key can still write another history; only a checkpoint that somebody
//! else keeps (or cosigns) rules that out.
//!
//! ```
//! use cofferdam_audit::{Log, LogOptions, SigningKey, VerifyOptions, verify_log};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let key = SigningKey::generate()?;
//! let mut log = Log::open(folder.path(), &key, LogOptions::default())?;
//! log.append("0193-deployment", "hook-started", &serde_json::json!({"stage": "PreDeploy"}))?;
//! log.checkpoint()?;
//!
//! let verdict = verify_log(folder.path(), &VerifyOptions::new([key.public_key()]))?;
//! assert!(verdict.is_intact(), "{verdict}");
//! # Ok(())
//! # }
//! ```
//!
//! Nothing here knows which values are secret: what is appended or attested must be masked before.
//! For comparing secrets there is [`DigestKey`].
//!
//! The formats are written down in `docs/audit.md`, precisely enough for another implementation;
//! `examples/audit-verifier/verify.py` is one.

mod attestation;
mod canonical;
mod key;
mod keyed_digest;
mod log;
mod merkle;
mod receipt;
mod signature;
mod timestamp;
mod tree_digest;

pub use attestation::{
    ATTESTATION_TYPE, Attestation, AttestationFinding, AttestationVerdict, Decision,
    DeploymentRecord, Engine, Expected, FileChange, FileChangeKind, HookRun, HostAction, LimitUse,
    Outcome, OutcomeStatus, OutputRecord, OutputValue, PolicyRecord, Reproduction, SignatureRecord,
    TREE_DIGEST_NAME, VariableDigest, Wall, verify_attestation,
};
pub use canonical::{CanonicalError, MAX_SAFE_INTEGER, canonical_json};
pub use key::{Fingerprint, KeyError, PublicKey, SigningKey};
pub use keyed_digest::{DigestKey, DigestKeyError, KeyedDigest};
pub use log::{
    Appended, Filter, Finding, Follower, Healed, HealedReason, Log, LogError, LogOptions,
    LogVerdict, MAX_RECORD_BYTES, Record, Records, VerifyOptions, latest_checkpoint,
    prove_consistency, prove_inclusion, verify_log,
};
pub use merkle::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, NoteError, ProofError, SignedCheckpoint,
    Witness, cosign, leaf_hash,
};
pub use receipt::{DeploymentReceipt, ReceiptError, ReceiptFinding, ReceiptKeys, ReceiptVerdict};
pub use signature::{
    APPROVAL_TYPES, AllowedSignersError, Envelope, EnvelopeError, EnvelopeSignature,
    FoundSignature, MAX_SIGNATURE_BYTES, MODULE_TYPE, ModuleClaim, PACKAGE_TYPE, PROVENANCE_TYPES,
    Provenance, ResourceDescriptor, SIGNATURE_NAMESPACE, SIGNATURE_SUFFIXES,
    STATEMENT_PAYLOAD_TYPE, STATEMENT_TYPE, SignatureError, SignatureForm, SignatureVerdict,
    Signed, Statement, StatementFinding, Trust, TrustedKey, find_signatures, read_signatures,
    sign_file, sign_module, verify_bytes, verify_file, verify_known_file,
};
pub use tree_digest::{TreeDigestError, TreeEntry, TreeEntryKind, tree_digest};
