//! The journal: every deployment to a root, in one SQLite file.

mod entry;
mod error;
#[expect(clippy::module_inception, reason = "the module holds the type of its name")]
mod journal;
mod make;
mod now;
mod read;
mod schema;

pub use entry::{Beginning, Ending, Entry, EntryStatus, HookEntry};
pub use error::JournalError;
pub use journal::Journal;
pub use read::{PreviousOf, Scope};
