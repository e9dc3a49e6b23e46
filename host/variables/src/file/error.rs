//! What can be wrong with a variables file.

use std::fmt;
use std::path::PathBuf;

/// A place in a file, both 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilePosition {
    /// The line.
    pub line: usize,
    /// The column, in characters as the format's parser counts them.
    pub column: usize,
}

impl fmt::Display for FilePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What can be wrong with a variables file. Never quotes a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VariablesFileError {
    /// It cannot be read.
    #[error("the variables file `{}` cannot be read: {source}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is larger than any variables file.
    #[error(
        "the variables file `{}` is larger than {} MiB; is it the right file?",
        .path.display(), .allowed_bytes / (1024 * 1024)
    )]
    TooLarge {
        /// Which file.
        path: PathBuf,
        /// How large it may be.
        allowed_bytes: u64,
    },
    /// It is not text.
    #[error("the variables file `{}` is not UTF-8 text; save it as UTF-8", .path.display())]
    NotText {
        /// Which file.
        path: PathBuf,
    },
    /// It is neither JSON nor TOML that holds variables.
    #[error(
        "the variables file `{}` cannot be understood{}: {message}",
        .path.display(), .at.map(|at| format!(" at {at}")).unwrap_or_default()
    )]
    Format {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        at: Option<FilePosition>,
        /// What is wrong and what is expected.
        message: String,
    },
    /// It is encrypted, and no password was given.
    #[error(
        "the variables file `{}` is encrypted; give the file that holds its password with \
         `--variables-password-file`",
        .path.display()
    )]
    PasswordNeeded {
        /// Which file.
        path: PathBuf,
    },
    /// Decryption gave no text.
    #[error("the variables file `{}` cannot be decrypted; check that the password is the right one", .path.display())]
    WrongPassword {
        /// Which file.
        path: PathBuf,
    },
}
