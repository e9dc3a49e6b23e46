//! Detached signatures over files: OpenSSH signatures, DSSE envelopes and Sigstore bundles.

mod allowed_signers;
mod bundle;
mod content;
mod envelope;
mod error;
mod module;
mod sign;
mod ssh;
mod statement;
mod trust;
mod verdict;
mod verify;

pub use allowed_signers::AllowedSignersError;
pub use envelope::{Envelope, EnvelopeError, EnvelopeSignature};
pub use error::SignatureError;
pub use module::{MODULE_TYPE, ModuleClaim, sign_module};
pub use sign::{PACKAGE_TYPE, SIGNATURE_SUFFIXES, SignatureForm, find_signatures, sign_file};
pub use ssh::SIGNATURE_NAMESPACE;
pub use statement::{ResourceDescriptor, STATEMENT_PAYLOAD_TYPE, STATEMENT_TYPE, Statement};
pub use trust::{Trust, TrustedKey};
pub use verdict::{SignatureVerdict, Signed};
pub use verify::{MAX_SIGNATURE_BYTES, verify_bytes, verify_file};
