//! `Collector`: the sink that writes nothing and keeps the files that were asked for.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::entry::Entry;
use crate::fault::Fault;
use crate::sink::Sink;
use crate::{EntryPath, ExtractLimits, Limit, Sha256Digest, WantedFile};

/// Keeps the content of wanted files, up to the limits.
pub(crate) struct Collector<'a> {
    limits: &'a ExtractLimits,
    wanted: &'a (dyn Fn(&EntryPath) -> bool + Sync),
    /// Bytes that all collectors of one scan keep.
    total: &'a AtomicU64,
    current: Option<Vec<u8>>,
    files: Vec<WantedFile>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(
        limits: &'a ExtractLimits,
        wanted: &'a (dyn Fn(&EntryPath) -> bool + Sync),
        total: &'a AtomicU64,
    ) -> Self {
        Self { limits, wanted, total, current: None, files: Vec::new() }
    }

    /// The files, ordered by path.
    pub(crate) fn into_files(mut self) -> Vec<WantedFile> {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.files
    }
}

impl Sink for Collector<'_> {
    fn directory(&mut self, _entry: &Entry) -> Result<(), Fault> {
        Ok(())
    }

    fn prepare(&mut self, _entry: &Entry) -> Result<(), Fault> {
        Ok(())
    }

    fn begin(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.current = (self.wanted)(&entry.path).then(Vec::new);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let Some(kept) = &mut self.current else { return Ok(()) };
        let (file_limit, total_limit) =
            (self.limits.max_wanted_file_bytes, self.limits.max_wanted_total_bytes);
        if (kept.len() + bytes.len()) as u64 > file_limit {
            return Err(Limit::WantedFileBytes(file_limit).into());
        }
        let count = bytes.len() as u64;
        if self.total.fetch_add(count, Ordering::Relaxed).saturating_add(count) > total_limit {
            return Err(Limit::WantedTotalBytes(total_limit).into());
        }
        kept.extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self, entry: &Entry, sha256: Sha256Digest) -> Result<(), Fault> {
        if let Some(bytes) = self.current.take() {
            self.files.push(WantedFile { path: entry.path.clone(), bytes, sha256 });
        }
        Ok(())
    }

    fn beside(&self) -> Self {
        Self::new(self.limits, self.wanted, self.total)
    }

    fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
    }
}
