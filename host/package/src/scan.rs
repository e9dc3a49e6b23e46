//! `scan`: everything that extraction would check, and chosen files' bytes, without writing anything.
//! `scan_and_extract`: the same, and the entries are written in the same pass.

use std::sync::atomic::{AtomicBool, AtomicU64};

use cap_std::fs::Dir;

use crate::both::Both;
use crate::collector::Collector;
use crate::observer::Observer;
use crate::tree_writer::TreeWriter;
use crate::{
    Archive, EntryPath, ExtractError, ExtractLimits, Identity, IdentityError, Manifest, Progress,
    Sha256Digest,
};

/// What [`scan`] or [`scan_and_extract`] found.
#[derive(Debug)]
pub struct Scan {
    /// Who the package says it is: from the nuspec of a `.nupkg`, else from the file name.
    /// A package without an identity can still be inspected, so this is not an error of the scan.
    pub identity: Result<Identity, IdentityError>,
    /// Digest of the package file, all bytes of it.
    pub package_sha256: Sha256Digest,
    /// Every entry that extraction would write.
    pub manifest: Manifest,
    /// Bytes of all files together.
    pub bytes: u64,
    /// The files that were asked for, ordered by path.
    pub wanted: Vec<WantedFile>,
}

/// A file that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedFile {
    /// Where it would be extracted to.
    pub path: EntryPath,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The content's digest, as in the manifest.
    pub sha256: Sha256Digest,
}

/// Reads `archive` to its end in one pass, with the same checks as [`extract`](crate::extract), and returns
/// the content of those files for which `wanted` is true. Nothing is written.
///
/// # Errors
/// The same as [`extract`](crate::extract) would give, and [`Limit::WantedFileBytes`](crate::Limit) or
/// [`Limit::WantedTotalBytes`](crate::Limit).
pub fn scan(
    archive: &Archive,
    limits: &ExtractLimits,
    wanted: impl Fn(&EntryPath) -> bool + Sync,
    cancel: &AtomicBool,
) -> Result<Scan, ExtractError> {
    let mut observer =
        Observer { progress: &mut |_| {}, cancel, package_bytes_total: archive.bytes };
    let kept_bytes = AtomicU64::new(0);
    let mut collector = Collector::new(limits, &wanted, &kept_bytes);
    let contents = archive.read(limits, &mut collector, &mut observer)?;
    let (package_sha256, bytes) = (contents.package_sha256, contents.bytes);
    let (manifest, _links) = contents.into_manifest()?;
    let identity = archive.identity(limits);
    Ok(Scan { identity, package_sha256, manifest, bytes, wanted: collector.into_files() })
}

/// Does what [`scan`] and [`extract`](crate::extract) do in one pass: every entry is checked and written below
/// `folder`, which should be empty, and those files for which `wanted` is true are returned as well.
///
/// `progress` is called on the calling thread; `cancel`, once true, ends it at the next chunk.
///
/// # Errors
/// As [`scan`] and [`extract`](crate::extract). The folder then holds what was written so far: removing it is for the
/// caller.
pub fn scan_and_extract(
    archive: &Archive,
    folder: &Dir,
    limits: &ExtractLimits,
    wanted: impl Fn(&EntryPath) -> bool + Sync,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Scan, ExtractError> {
    let mut observer = Observer { progress, cancel, package_bytes_total: archive.bytes };
    let kept_bytes = AtomicU64::new(0);
    let mut sink = Both(TreeWriter::new(folder), Collector::new(limits, &wanted, &kept_bytes));
    let contents = archive.read(limits, &mut sink, &mut observer)?;
    let Both(writer, collector) = sink;
    let (package_sha256, bytes) = (contents.package_sha256, contents.bytes);
    let (manifest, links) = contents.into_manifest()?;
    writer.finish(&links)?;
    let identity = archive.identity(limits);
    Ok(Scan { identity, package_sha256, manifest, bytes, wanted: collector.into_files() })
}
