//! `PackError`: why a folder cannot be packed.

use std::io;

use crate::fault::Fault;
use crate::{EntryName, ExtractError, Format, Limit, Refusal};

/// Why a folder cannot be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The folder has something that no package may have.
    #[error("`{entry}` cannot be packed: {why}")]
    Refused {
        /// The path below the folder, safe to print.
        entry: EntryName,
        /// What is wrong with it.
        why: Refusal,
    },
    /// The folder has a file where a `.nupkg` has packaging metadata, which is never deployed.
    #[error(
        "`{entry}` cannot be packed as nupkg, where that name is for packaging metadata: use another format"
    )]
    NupkgMetadata {
        /// The path below the folder, safe to print.
        entry: EntryName,
    },
    /// A path is longer than a package may have.
    #[error("`{entry}` cannot be packed: it exceeds {limit}")]
    Limit {
        /// The path below the folder, safe to print.
        entry: EntryName,
        /// The limit with its value.
        limit: Limit,
    },
    /// The format can be read only.
    #[error("packages in the format {0} are not written: use tar.gz, tar.zst, tar, zip or nupkg")]
    Format(Format),
    /// The folder cannot be read.
    #[error("cannot read `{entry}`")]
    Read {
        /// The path below the folder, safe to print.
        entry: EntryName,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// The package cannot be written.
    #[error("cannot write the package")]
    Write(#[source] io::Error),
}

impl PackError {
    pub(super) fn read(path: &str, source: io::Error) -> Self {
        Self::Read { entry: EntryName::of(path.as_bytes()), source }
    }

    /// What a check that extraction makes as well says about `path`.
    pub(super) fn check(path: &str, fault: Fault) -> Self {
        Self::from(fault.at(path.as_bytes()))
    }
}

/// The checks of names and links are those of extraction.
impl From<ExtractError> for PackError {
    fn from(error: ExtractError) -> Self {
        match error {
            ExtractError::Refused { entry, why } => Self::Refused { entry, why },
            ExtractError::Limit { entry, limit } => Self::Limit { entry, limit },
            ExtractError::Write { source, .. } | ExtractError::Read(source) => Self::Write(source),
            other => Self::Write(io::Error::other(other.to_string())),
        }
    }
}
