//! Packages: who they are, what is in them, how they are extracted safely and packed reproducibly.
//!
//! A package is an archive named `Id.Version.ext`: `.tar.gz` (`.tgz`), `.tar.zst`, `.tar.bz2`, `.tar`, `.zip` or
//! `.nupkg`. It comes from somewhere else, so nothing in it is believed: this crate reads it once from end to end, in
//! bounded memory, and gives back either everything or one error that names the entry.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::atomic::AtomicBool;
//! use cap_std::{ambient_authority, fs::Dir};
//! use cofferdam_package::*;
//!
//! # let place = tempfile::tempdir()?;
//! # let (source, package) = (place.path().join("source"), place.path().join("Acme.Web.1.0.0.tar.gz"));
//! # std::fs::create_dir(&source)?;
//! # std::fs::write(source.join("PreDeploy.wat"), "(module)")?;
//! // Make one.
//! let identity = Identity::from_file_name("Acme.Web.1.0.0.tar.gz")?;
//! let options = PackOptions::new(identity, Format::TarGz);
//! let source = Dir::open_ambient_dir(&source, ambient_authority())?;
//! let mut output = std::fs::File::options().read(true).write(true).create_new(true).open(&package)?;
//! let packed = pack(&source, &mut output, &options)?;
//!
//! // Look into it without writing anything.
//! let never = AtomicBool::new(false);
//! let limits = ExtractLimits::default();
//! let archive = Archive::open(&package)?;
//! let found = scan(&archive, &limits, |path| path.is_in_root(), &never)?;
//! assert_eq!(found.package_sha256, packed.sha256);
//! assert_eq!(found.wanted[0].bytes, b"(module)");
//!
//! // Extract it.
//! # let folder = place.path().join("folder");
//! # std::fs::create_dir(&folder)?;
//! let folder = Dir::open_ambient_dir(&folder, ambient_authority())?;
//! let done = extract(&archive, &folder, &limits, &mut |_| {}, &never)?;
//! assert_eq!(done.manifest, found.manifest);
//! # Ok(())
//! # }
//! ```
//!
//! # What is refused
//!
//! [`Refusal`] lists it: paths that are absolute or have `..`, backslashes, drive letters or control characters; names
//! that are devices on Windows; links that lead out of the folder, by themselves or through each other; hard links,
//! devices, pipes, sparse files; the same path twice, also in other case or Unicode form. [`Damage`] lists what makes
//! two readers see two different packages: zip headers that contradict the directory, overlapping entries, pax headers
//! that resize entries, bytes after the end. [`ExtractLimits`] bounds entries, bytes, ratio and paths, by what is
//! really decoded.
//!
//! # How it works
//!
//! ```text
//! Archive ─┬─ tar:  decode thread ─ chunks ─ tar reader ─┐                ┌─ tree writer (extract)
//!          │                                             ├─ ledger, tally ┤
//!          └─ zip:  survey ─ 1 to 4 threads inflate ─────┘                └─ collector   (scan)
//! ```
//!
//! The tar and zip readers are this crate's own, since the checks above are about bytes that archive crates do not
//! show; they share the *ledger* (which path is what), the *tally* (sizes, digests, manifest) and the proof that links
//! stay inside. Decoding is left to `flate2`, `bzip2` and `zstd`. Every write goes through a `cap_std` folder and
//! creates something new; links are created when everything else is there.
//!
//! A tar is checked while it is written, so a bad entry leaves earlier ones in the folder; a zip's names and layout
//! are checked before anything is written, and the content of a small file before that file is. Either way the folder
//! of a failed extraction is the caller's to remove: [`remove_tree`].
//!
//! The one file of a package that is parsed here is the nuspec of a `.nupkg`: two elements, see [`Archive::identity`].

mod archive;
mod both;
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
mod side_by_side;
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
pub use scan::{Scan, WantedFile, scan, scan_and_extract};
