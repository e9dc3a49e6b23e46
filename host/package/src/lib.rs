//! Packages: who they are, what is in them, how they are extracted safely and packed reproducibly.

mod archive;
mod collector;
mod contents;
mod digest;
mod entry;
mod entry_path;
mod error;
mod extract;
mod fault;
mod format;
mod identity;
mod ledger;
pub mod limits;
mod links;
mod manifest;
mod nupkg_names;
mod observer;
mod pack;
mod package_reader;
mod percent;
mod platform;
mod progress;
mod refusal;
mod remove_tree;
mod scan;
mod sink;
mod tar;
mod tree_writer;
mod windows_names;
mod zip;

pub use archive::Archive;
pub use digest::{InvalidDigest, Sha256Digest};
pub use entry_path::EntryPath;
pub use error::{Damage, ExtractError, Limit, OpenError};
pub use extract::{Extraction, extract};
pub use format::{Format, UnknownFormat};
pub use identity::{
    Identity, IdentityError, InvalidPackageId, InvalidVersion, PackageId, Version, VersionKind,
};
pub use limits::ExtractLimits;
pub use manifest::{EntryKind, Manifest, ManifestEntry};
pub use pack::{DEFAULT_TIMESTAMP_UNIX_S, PackError, PackOptions, Packed, pack};
pub use platform::sync_file_system;
pub use progress::Progress;
pub use refusal::{EntryName, Refusal};
pub use remove_tree::remove_tree;
pub use scan::{Scan, WantedFile, scan};
