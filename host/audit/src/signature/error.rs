//! Why a signature could not be made or checked; what is wrong *with* one is a verdict.

use super::EnvelopeError;
use crate::canonical::CanonicalError;

/// An error on the way to a signature or a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// An OpenSSH signature could not be made.
    #[error("cannot make an OpenSSH signature: {0}")]
    Ssh(String),
    /// A statement could not be written or read.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// What is to be signed has no canonical form.
    #[error("the statement cannot be written: {0}")]
    Canonical(#[from] CanonicalError),
}
