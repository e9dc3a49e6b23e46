//! `extract`: a package's entries, checked one by one and written below one folder.

use std::sync::atomic::AtomicBool;

use cap_std::fs::Dir;

use crate::observer::Observer;
use crate::tree_writer::TreeWriter;
use crate::{Archive, ExtractError, ExtractLimits, Manifest, Progress, Sha256Digest};

/// What [`extract`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// Every entry that was written.
    pub manifest: Manifest,
    /// Digest of the package file, all bytes of it.
    pub package_sha256: Sha256Digest,
    /// Bytes of all files written.
    pub bytes: u64,
    /// Entries written: files, listed folders and links.
    pub entries: u64,
}

/// Extracts every entry of `archive` below `folder`, which should be empty.
///
/// Files are created, never overwritten; no link is followed; links are created last, after all of them
/// were proved to stay inside. Modes are restored within `0755` (set-id and sticky bits are dropped) and
/// modification times up to now. Memory does not grow with the size of the package, only with its number of entries.
///
/// `progress` is called on the calling thread; `cancel`, once true, ends the extraction at the next chunk.
///
/// # Errors
/// See [`ExtractError`]. The folder then holds what was written so far: removing it
/// ([`remove_tree`](crate::remove_tree)) is for the caller.
pub fn extract(
    archive: &Archive,
    folder: &Dir,
    limits: &ExtractLimits,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Extraction, ExtractError> {
    let mut observer = Observer { progress, cancel, package_bytes_total: archive.bytes };
    let mut writer = TreeWriter::new(folder);
    let contents = archive.read(limits, &mut writer, &mut observer)?;
    let (package_sha256, bytes) = (contents.package_sha256, contents.bytes);
    let (manifest, links) = contents.into_manifest()?;
    writer.finish(&links)?;
    let entries = manifest.files.len() as u64;
    Ok(Extraction { manifest, package_sha256, bytes, entries })
}
