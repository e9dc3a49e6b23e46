//! The errors of reading a package: `OpenError` before the first entry, `ExtractError` from there on.

use std::io;
use std::path::PathBuf;

use crate::{EntryName, Format, Refusal};

/// Why a file cannot be opened as a package.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file cannot be opened or read.
    #[error("cannot read the package `{}`", path.display())]
    Read {
        /// The package.
        path: PathBuf,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// It is a folder.
    #[error("`{}` is a folder and not a package: `cofferdam pack` makes a package of it", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// It is a device, or something else that is no file.
    #[error("`{}` is not a regular file", path.display())]
    NotAFile {
        /// The package.
        path: PathBuf,
    },
    /// It has no bytes.
    #[error("`{file_name}` is empty: copy or build it again")]
    Empty {
        /// The file name.
        file_name: String,
    },
    /// The extension is none that can be deployed.
    #[error(
        "unsupported file extension of `{file_name}`: a package is a .tar.gz, .tgz, .tar.zst, .tar.bz2, .tar, .zip or .nupkg"
    )]
    UnsupportedExtension {
        /// The file name.
        file_name: String,
    },
    /// The content is another format than the extension says.
    #[error("`{file_name}` is not a {announced} archive inside{}: give the file its right extension or build it again", found.map_or_else(String::new, |found| format!(" but a {found}")))]
    WrongExtension {
        /// The file name.
        file_name: String,
        /// What the extension says.
        announced: Format,
        /// What the first bytes show, if they show anything known.
        found: Option<Format>,
    },
}

/// Why a package was not read to its end. What was extracted until then is in the folder still:
/// removing it ([`remove_tree`](crate::remove_tree)) is for the caller.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExtractError {
    /// An entry is hostile, ambiguous or of a kind that is never extracted.
    #[error("entry `{entry}` refused: {why}")]
    Refused {
        /// The entry, safe to print.
        entry: EntryName,
        /// What is wrong with it.
        why: Refusal,
    },
    /// The package is larger than allowed.
    #[error("the package exceeds {limit} at entry `{entry}`")]
    Limit {
        /// The entry at which it happened, safe to print.
        entry: EntryName,
        /// The limit with its value.
        limit: Limit,
    },
    /// The archive is damaged, truncated or contradicts itself.
    #[error("the package is damaged{}: {what}", entry.as_ref().map_or_else(String::new, |entry| format!(" at entry `{entry}`")))]
    Damaged {
        /// The entry that was read last, if there was one; safe to print.
        entry: Option<EntryName>,
        /// What was found.
        what: Damage,
    },
    /// Reading the package failed.
    #[error("cannot read the package: {0}")]
    Read(#[source] io::Error),
    /// Writing to the extraction folder failed.
    #[error("cannot write `{entry}` to the extraction folder: {source}")]
    Write {
        /// The entry, safe to print.
        entry: EntryName,
        /// What the operating system answered.
        #[source]
        source: io::Error,
    },
    /// The package file was changed while it was being read.
    #[error("the package file was changed while it was being read")]
    PackageChanged,
    /// The caller asked to stop.
    #[error("reading the package was cancelled")]
    Cancelled,
}

impl ExtractError {
    /// Whether the machine is the reason, such as by a full disk, and not the package.
    #[must_use]
    pub fn is_of_the_machine(&self) -> bool {
        matches!(self, Self::Read(_) | Self::Write { .. })
    }
}

/// A limit of [`ExtractLimits`](crate::ExtractLimits) that was exceeded, with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Limit {
    /// `max_entries`
    #[error("the limit of {0} entries")]
    Entries(u64),
    /// `max_total_bytes`
    #[error("the limit of {0} bytes for all files together")]
    TotalBytes(u64),
    /// `max_file_bytes`
    #[error("the limit of {0} bytes for one file")]
    FileBytes(u64),
    /// `max_ratio`
    #[error("the limit of {0} decoded bytes for each byte of the package")]
    Ratio(u64),
    /// `max_path_bytes`
    #[error("the limit of {0} bytes for a path")]
    PathBytes(usize),
    /// `max_path_depth`
    #[error("the limit of {0} components for a path")]
    PathDepth(usize),
    /// [`MAX_COMPONENT_BYTES`](crate::limits::MAX_COMPONENT_BYTES)
    #[error("the limit of {0} bytes for one component of a path")]
    ComponentBytes(usize),
    /// `max_wanted_file_bytes`
    #[error("the limit of {0} bytes for a file that is looked at before extraction")]
    WantedFileBytes(u64),
    /// `max_wanted_total_bytes`
    #[error("the limit of {0} bytes for all files that are looked at before extraction")]
    WantedTotalBytes(u64),
}

/// What is wrong with an archive as a whole, or with how an entry is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The file ends before the archive does.
    #[error("it ends too early")]
    Truncated,
    /// The compressed stream cannot be decoded, or its checksum does not match.
    #[error("the compressed data is corrupt ({0})")]
    CorruptStream(String),
    /// A tar header is malformed.
    #[error("a tar header is malformed: {0}")]
    TarHeader(&'static str),
    /// A pax extended header is malformed, or contradicts the entry it is for.
    #[error("a pax header is malformed: {0}")]
    PaxHeader(&'static str),
    /// A zip structure is malformed.
    #[error("a zip structure is malformed: {0}")]
    ZipStructure(&'static str),
    /// The zip directory and the header in front of an entry's data disagree.
    #[error("the zip directory and the entry's own header disagree about its {0}")]
    ZipHeadersDisagree(&'static str),
    /// Two zip entries share bytes, or there are bytes between entries that belong to none.
    #[error("zip entries overlap or have foreign bytes between them")]
    ZipLayout,
    /// The content's CRC-32 is not what the archive says.
    #[error("its checksum is wrong")]
    WrongCrc,
    /// The content is shorter than the archive says.
    #[error("it is {actual} bytes long where {declared} were declared")]
    ShorterThanDeclared {
        /// Bytes declared.
        declared: u64,
        /// Bytes that there are.
        actual: u64,
    },
    /// The content is longer than the archive says. By how much is not known: reading stops there.
    #[error("it is longer than the {declared} bytes that were declared")]
    LongerThanDeclared {
        /// Bytes declared.
        declared: u64,
    },
    /// There is something after the end of the archive.
    #[error("there are foreign bytes after its end")]
    TrailingBytes,
}
