//! How a log is opened, and what it is verified against.

use std::path::PathBuf;

use crate::key::PublicKey;
use crate::merkle::{SignedCheckpoint, Witness};

/// A segment of this size is copied and searched comfortably; a million records make about eight.
const DEFAULT_SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// What an opening process reads at most to find the end of the log (about 2 MB).
const DEFAULT_RECORDS_PER_CHECKPOINT: u64 = 4096;

/// How to open a log for appending.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// The log's name, a URL without scheme and without white space and `+`. A new log gets it, or
    /// `cofferdam.dev/log/` and 16 random digits; an existing log must have it. Default: none.
    pub origin: Option<String>,
    /// Public keys that signed the log before the present key did. Default: none.
    pub former_keys: Vec<PublicKey>,
    /// A segment that has reached this many bytes is closed and a new one begun. Default: 64 MiB.
    pub segment_bytes: u64,
    /// After this many records without a checkpoint one is made. Default: 4096.
    pub records_per_checkpoint: u64,
    /// Each new checkpoint is also written here, whole or not at all, to be carried away: to
    /// another machine, a mailbox, a witness. Default: nowhere.
    pub checkpoint_file: Option<PathBuf>,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            origin: None,
            former_keys: Vec::new(),
            segment_bytes: DEFAULT_SEGMENT_BYTES,
            records_per_checkpoint: DEFAULT_RECORDS_PER_CHECKPOINT,
            checkpoint_file: None,
        }
    }
}

/// What to verify a log against.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// Keys of which each checkpoint must be signed by one.
    pub keys: Vec<PublicKey>,
    /// The log's name, if it is known: another log by the same key is then found out. Default: none.
    pub origin: Option<String>,
    /// Checkpoints that somebody kept elsewhere. The log must still contain what they cover; this
    /// is what finds a log cut back to an older signed state, or rewritten by the key's owner.
    pub kept_checkpoints: Vec<SignedCheckpoint>,
    /// Witnesses whose cosignatures under the kept checkpoints count.
    pub witnesses: Vec<Witness>,
    /// How many different witnesses must have signed the newest kept checkpoint. Default: 0.
    pub minimum_cosignatures: usize,
}

impl VerifyOptions {
    /// Verification with these keys and nothing kept elsewhere.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Self {
        Self { keys: keys.into_iter().collect(), ..Self::default() }
    }
}
