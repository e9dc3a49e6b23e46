//! The log: appending, healing, reading, verifying, proving. `docs/audit.md` has the formats.

mod append;
mod checkpoints;
mod create;
mod diagnose;
mod error;
mod finding;
mod follow;
mod heal;
mod layout;
mod lines;
mod options;
mod prove;
mod record;
mod records;
mod tail;
mod verdict;
mod verify;

pub use append::{Appended, Log};
pub use checkpoints::latest_checkpoint;
pub use error::LogError;
pub use finding::Finding;
pub use follow::Follower;
pub use heal::{Healed, HealedReason};
pub use options::{LogOptions, VerifyOptions};
pub use prove::{prove_consistency, prove_inclusion};
pub use record::{MAX_RECORD_BYTES, Record};
pub use records::{Filter, Records};
pub use verdict::LogVerdict;
pub use verify::verify_log;
