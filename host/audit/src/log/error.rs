//! Why the log could not be written, opened or read.

use std::io;
use std::path::{Path, PathBuf};

use crate::canonical::CanonicalError;
use crate::merkle::NoteError;

/// An error of the log itself. What an intact reader finds *in* a log is a `Finding`, not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// A file of the log could not be used.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The record was not written, and nothing of it is left in the log.
    #[error(
        "record {sequence} could not be written to {}: {source}; \
         what it announces must not happen", path.display()
    )]
    NotRecorded {
        /// The number that the record would have had.
        sequence: u64,
        /// The segment.
        path: PathBuf,
        /// What the system said, for example that the disk is full.
        source: io::Error,
    },
    /// The record is in the log, but the system could not make it durable.
    #[error(
        "record {sequence} could not be made durable in {}: {source}; \
         what it announces must not happen", path.display()
    )]
    NotDurable {
        /// The record's number.
        sequence: u64,
        /// The segment.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An earlier write failed in a way that leaves the file's end unknown.
    #[error("the log in {} failed earlier; open it again, which checks and heals it", path.display())]
    Broken {
        /// The log's folder.
        path: PathBuf,
    },
    /// The payload has no canonical form.
    #[error("the payload of a {kind:?} record cannot be written: {source}")]
    Payload {
        /// The record's kind.
        kind: String,
        /// Why.
        source: CanonicalError,
    },
    /// The record is longer than readers accept.
    #[error("a {kind:?} record of {bytes} bytes is over the limit of {limit_bytes}; split it")]
    TooLong {
        /// The record's kind.
        kind: String,
        /// Its length.
        bytes: usize,
        /// `MAX_RECORD_BYTES`.
        limit_bytes: usize,
    },
    /// The kind is not made of lower-case letters, digits and hyphens, or it is one of the log's own.
    #[error(
        "{kind:?} cannot be a record's kind: use 1 to 64 lower-case letters, digits and hyphens, not \
         beginning with \"log-\""
    )]
    Kind {
        /// What was given.
        kind: String,
    },
    /// The folder does not hold what a log that can be continued holds.
    #[error("the log in {} cannot be continued: {reason}; verify it", path.display())]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The folder holds no log.
    #[error("there is no log in {}", path.display())]
    NoLog {
        /// The folder.
        path: PathBuf,
    },
    /// The last checkpoint is not by this key or a former one.
    #[error(
        "the log in {} cannot be continued with this key: {source}; \
         give the former public key (--former-key) if the key was changed", path.display()
    )]
    ForeignKey {
        /// The log's folder.
        path: PathBuf,
        /// What is wrong with the checkpoint.
        source: NoteError,
    },
    /// The name cannot be that of a log.
    #[error(
        "{origin:?} cannot be a log's name: it must not be empty or have white space or + in it"
    )]
    OriginName {
        /// What was given.
        origin: String,
    },
    /// The log has another name than the options say.
    #[error("the log in {} is {found:?}, not {wanted:?}", path.display())]
    Origin {
        /// The log's folder.
        path: PathBuf,
        /// The name in the options.
        wanted: String,
        /// The name in the log.
        found: String,
    },
    /// A checkpoint could not be signed.
    #[error("the checkpoint cannot be signed: {0}")]
    Checkpoint(#[from] NoteError),
    /// No checkpoint covers what a proof was asked for.
    #[error(
        "nothing proves {what}: the newest checkpoint covers {signed} records; \
         make a checkpoint first"
    )]
    NotCovered {
        /// What was asked for.
        what: String,
        /// The size of the newest checkpoint.
        signed: u64,
    },
    /// The system gave no randomness for a new log's name.
    #[error("the system gave no randomness for the name of a new log: {0}")]
    Randomness(getrandom::Error),
}

impl LogError {
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    pub(super) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }
}
