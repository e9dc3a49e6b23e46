//! `pack`: a folder made into a package, the same bytes for the same input.

use std::fs::File;
use std::io;

use cap_std::fs::Dir;

use crate::{EntryName, Format, Identity, Refusal, Sha256Digest};

/// 1980-01-01 00:00:00 UTC, the earliest time that a zip can hold, in seconds of Unix time.
pub const DEFAULT_TIMESTAMP_UNIX_S: i64 = 315_532_800;

/// What to make of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackOptions {
    /// Id and version: the file's name, and the nuspec of a `.nupkg`.
    pub identity: Identity,
    /// The archive format. All but `tar.bz2` can be written.
    pub format: Format,
    /// The modification time of every entry, in seconds of Unix time. [`PackOptions::new`] takes
    /// [`DEFAULT_TIMESTAMP_UNIX_S`]; zip formats hold nothing earlier than that.
    pub timestamp_unix_s: i64,
}

impl PackOptions {
    /// Options with the default timestamp.
    pub fn new(identity: Identity, format: Format) -> Self {
        Self { identity, format, timestamp_unix_s: DEFAULT_TIMESTAMP_UNIX_S }
    }

    /// The name that the package file should have: `Acme.Web.1.0.0.tar.gz`.
    pub fn file_name(&self) -> String {
        format!("{}.{}{}", self.identity.id, self.identity.version, self.format.extension())
    }
}

/// What [`pack`] wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Bytes of the package.
    pub bytes: u64,
    /// Digest of the package.
    pub sha256: Sha256Digest,
    /// Files, folders and links in it.
    pub entries: u64,
}

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

/// Packs everything in `folder` into `output`, an empty file outside the folder that is open for reading and writing.
///
/// The bytes depend on names, contents, executable bits and `options` alone: entries are sorted, and times, owners
/// and modes are normalised.
///
/// # Errors
/// See [`PackError`]. Links that leave the folder, and whatever is no file, folder or link, are refused.
pub fn pack(folder: &Dir, output: &mut File, options: &PackOptions) -> Result<Packed, PackError> {
    let _ = (folder, output, options);
    todo!()
}
