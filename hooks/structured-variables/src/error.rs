//! What can go wrong: with the step, or with one text.

use std::path::PathBuf;

use cofferdam_hook_files::Position;

use crate::Format;

/// Why the step failed; files before the one at fault have been changed, that one has not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be found, read or written.
    #[error(transparent)]
    File(#[from] cofferdam_hook_files::Error),
    /// A file is in none of the formats that it may be in; the last one's complaint.
    #[error(
        "Structured variable replacement failed on file {}. The file could not be parsed as {format}: {source}. See verbose logs for more details.",
        path.display()
    )]
    Unparsable {
        /// The file.
        path: PathBuf,
        /// The last format that was tried.
        format: Format,
        /// What is wrong, and where.
        source: SyntaxError,
    },
    /// A variable could not be evaluated.
    #[error("the variable '{name}' could not be evaluated: {source}")]
    Variable {
        /// Its name.
        name: String,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// The value for a mapping or sequence begins like YAML but does not go on like it.
    #[error(
        "the value of the variable '{name}' replaces a YAML structure, but only its beginning is valid YAML: {reason}; correct it, or quote it if it is meant as text"
    )]
    PartialFragment {
        /// The variable.
        name: String,
        /// What is wrong, and where in the value.
        reason: String,
    },
    /// The XPath of a variable was too costly to evaluate, or its result is no part of the document.
    #[error("the variable '{name}' is an XPath that cannot be replaced: {reason}")]
    XPath {
        /// The variable.
        name: String,
        /// Why.
        reason: String,
    },
}

/// Why one text was not changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The text is not in the format; another format may be tried.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// Something that no other format would change.
    #[error(transparent)]
    Other(#[from] Error),
}

/// A text is not in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at {at}")]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub at: Position,
}

impl SyntaxError {
    /// Something wrong at a byte of a text.
    pub(crate) fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), at: Position::of(text, offset) }
    }
}
