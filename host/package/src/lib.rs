//! Packages: who they are, what is in them, how they are extracted safely and packed reproducibly.

mod archive;
mod digest;
mod entry_path;
mod error;
mod extract;
mod format;
mod identity;
pub mod limits;
mod manifest;
mod pack;
mod progress;
mod refusal;
mod remove_tree;
mod scan;

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
pub use progress::Progress;
pub use refusal::{EntryName, Refusal};
pub use remove_tree::remove_tree;
pub use scan::{Scan, WantedFile, scan};
