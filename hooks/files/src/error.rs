//! What can go wrong with the files of a hook: each error names the file or the pattern.

use std::path::PathBuf;

use crate::{MAX_ALTERNATIVES, MAX_FILE_BYTES, MAX_FOLDER_DEPTH, MAX_PATTERN_BYTES, Position};

/// A file could not be found, read, decoded or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A glob or a folder name is not acceptable.
    #[error("a target file or additional path cannot be used: {0}")]
    Pattern(#[from] PatternError),
    /// The operating system refused.
    #[error("could not {action} '{}': {source}", path.display())]
    Io {
        /// What was being done, as a verb phrase: "read", "list the folder".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it was refused.
        source: std::io::Error,
    },
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error(
        "'{}' is {bytes} bytes long, more than the {MAX_FILE_BYTES} bytes that a configuration file may have; take it out of the target files",
        path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The bytes are not valid in the encoding that the byte order mark announces.
    #[error(
        "'{}' is not valid {encoding}, which its byte order mark says it is, at {at}; save it in one encoding",
        path.display()
    )]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The encoding's name.
        encoding: &'static str,
        /// Where the first invalid sequence is.
        at: Position,
    },
    /// Folders are nested deeper than [`MAX_FOLDER_DEPTH`].
    #[error("folders are nested deeper than {MAX_FOLDER_DEPTH} at '{}'", path.display())]
    TooDeep {
        /// The first folder that is too deep.
        path: PathBuf,
    },
}

/// A glob or a folder name that is not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// It starts at the root of a file system.
    #[error(
        "'{0}' is an absolute path; only files inside the package folder can be changed, so give a path relative to it"
    )]
    Absolute(String),
    /// It has a `..` step.
    #[error(
        "'{0}' has a '..' step; only files inside the package folder can be changed, so give a path relative to it without '..'"
    )]
    Parent(String),
    /// It is longer than [`MAX_PATTERN_BYTES`].
    #[error("a target pattern is {0} bytes long; at most {MAX_PATTERN_BYTES} are accepted")]
    TooLong(usize),
    /// Its groups stand for more than [`MAX_ALTERNATIVES`] patterns.
    #[error(
        "the groups of '{0}' stand for more than {MAX_ALTERNATIVES} patterns; use '*' or several patterns instead"
    )]
    TooManyAlternatives(String),
}
