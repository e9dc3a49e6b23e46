//! Why the step failed.

use std::path::PathBuf;

use cofferdam_xml::{EditError, ParseError, Position, escape};

/// Why the step failed; files before the one at fault have been changed, that one has not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be found, read or written.
    #[error(transparent)]
    Files(#[from] cofferdam_hook_files::Error),
    /// A variable that steers the step cannot be evaluated.
    #[error("the variable '{name}' could not be evaluated: {source}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// Variables could not be put into a file.
    #[error("could not put variables into '{}': {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: FileError,
    },
}

/// Why variables could not be put into one file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// It could not be read or written.
    #[error(transparent)]
    Files(#[from] cofferdam_hook_files::Error),
    /// It is not well-formed XML.
    #[error("it is not well-formed XML: {0}")]
    Malformed(#[from] ParseError),
    /// Its XML declaration names an encoding that does not exist.
    #[error("its XML declaration names the encoding '{name}', which is not known; correct it")]
    UnknownEncoding {
        /// The name.
        name: String,
    },
    /// It is not in the encoding that it should be in.
    #[error("its bytes are not valid {charset} ({position}); save it in one encoding")]
    InvalidBytes {
        /// The encoding.
        charset: &'static str,
        /// Where the first invalid byte is.
        position: Position,
    },
    /// A variable cannot be evaluated.
    #[error("the variable '{name}' could not be evaluated: {source}")]
    Variable {
        /// Its name.
        name: String,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// A value cannot be written in XML.
    #[error("the value of the variable '{name}' does not fit into XML: {source}")]
    Value {
        /// The variable.
        name: String,
        /// Why.
        source: escape::InvalidCharacter,
    },
    /// A defect of this program.
    #[error("edits do not fit together: {0}")]
    Edits(#[from] EditError),
}
