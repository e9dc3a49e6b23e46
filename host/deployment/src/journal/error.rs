//! What can go wrong with the journal.

use std::path::PathBuf;

/// What can go wrong with the journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The database cannot be used.
    #[error("the journal `{}` cannot be used: {source}", .path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Whether it is there cannot be told: its folder belongs to somebody else.
    #[error("the journal `{}` cannot be looked at: {source}; ask as the user who deploys", .path.display())]
    Look {
        /// The file.
        path: PathBuf,
        /// What the operating system answers.
        source: std::io::Error,
    },
    /// It is not there and cannot be made.
    #[error("the journal `{}` cannot be made: {source}", .path.display())]
    Make {
        /// The file.
        path: PathBuf,
        /// What the operating system answers.
        source: std::io::Error,
    },
    /// A newer Cofferdam wrote it.
    #[error(
        "the journal `{}` has format {found}, and this version of Cofferdam knows formats up to {known}; \
         use the newer version that wrote it",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format that is known.
        known: i64,
    },
    /// Something in it has a form that Cofferdam never writes.
    #[error("the journal `{}` holds a deployment that cannot be read: {what}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}
