//! Why the step failed.

use crate::encoding::EncodingError;
use crate::xdt::{FatalSyntax, WriteError};

/// Why the step failed; files before the one at fault have been changed, that one has not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be found, read or written.
    #[error(transparent)]
    File(#[from] cofferdam_hook_files::Error),
    /// A variable that steers the step cannot be evaluated.
    #[error("the variable '{name}' could not be evaluated: {source}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// A definition with an arrow has nothing on one side of it.
    #[error(
        "the transform '{definition}' has nothing on one side of '=>'; write 'transform file => target file'"
    )]
    Incomplete {
        /// The definition.
        definition: String,
    },
    /// A definition names a transform file outside of the package.
    #[error(
        "the transform '{definition}' leads out of the package folder; transform files have to be inside the package"
    )]
    Outside {
        /// The definition.
        definition: String,
    },
    /// The engine had errors, or warnings that count as errors.
    #[error("The XML configuration file {config} failed with transformation file {transform}.")]
    Failed {
        /// The file to be transformed.
        config: String,
        /// The file with the transforms.
        transform: String,
    },
    /// A file is not in the encoding that it should be in.
    #[error("'{path}' cannot be read: {source}")]
    Encoding {
        /// The file.
        path: String,
        /// What is wrong.
        source: EncodingError,
    },
    /// A file is not well-formed XML.
    #[error("'{path}' is not well-formed XML: {source}")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong, and where.
        source: cofferdam_xml::ParseError,
    },
    /// The transform file uses what cannot be had here.
    #[error("'{path}': {source}")]
    Fatal {
        /// The file.
        path: String,
        /// What.
        source: FatalSyntax,
    },
    /// The result cannot be written.
    #[error("'{path}' cannot be written after it was transformed: {source}")]
    Write {
        /// The file.
        path: String,
        /// Why.
        source: WriteError,
    },
}

impl Error {
    /// Whether this is what the original throws as an exception: ignoring errors swallows it.
    pub(crate) const fn is_ignorable(&self) -> bool {
        !matches!(self, Self::Failed { .. } | Self::Outside { .. } | Self::Variable { .. })
    }
}
