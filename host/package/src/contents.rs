//! `Contents`: what reading a package to its end found, and `Tally`, which counts and hashes on the way.

use sha2::{Digest as _, Sha256};

use crate::entry::{Entry, LINK_MODE};
use crate::ledger::Ledger;
use crate::links::Link;
use crate::{
    EntryKind, ExtractError, ExtractLimits, Limit, Manifest, ManifestEntry, Progress, Sha256Digest,
    links,
};

/// What was found in a package.
#[derive(Debug)]
pub(crate) struct Contents {
    files: Vec<ManifestEntry>,
    links: Vec<Link>,
    ledger: Ledger,
    pub(crate) bytes: u64,
    pub(crate) package_sha256: Sha256Digest,
}

impl Contents {
    /// Proves the links harmless and puts everything into order. The links come along, to be created.
    pub(crate) fn into_manifest(mut self) -> Result<(Manifest, Vec<Link>), ExtractError> {
        links::prove_inside(&self.links, &self.ledger)?;
        self.files.extend(self.links.iter().map(|link| ManifestEntry {
            path: link.path.clone(),
            mode: LINK_MODE,
            kind: EntryKind::Symlink { target: link.target.clone() },
        }));
        Ok((Manifest::from_unordered(self.files), self.links))
    }
}

/// Counts bytes against the limits, hashes files and collects the manifest.
#[derive(Debug)]
pub(crate) struct Tally {
    max_file_bytes: u64,
    max_total_bytes: u64,
    files: Vec<ManifestEntry>,
    links: Vec<Link>,
    hasher: Sha256,
    file_bytes: u64,
    bytes: u64,
}

impl Tally {
    pub(crate) fn new(limits: &ExtractLimits) -> Self {
        Self {
            max_file_bytes: limits.max_file_bytes,
            max_total_bytes: limits.max_total_bytes,
            files: Vec::new(),
            links: Vec::new(),
            hasher: Sha256::new(),
            file_bytes: 0,
            bytes: 0,
        }
    }

    /// Checks a declared size before anything is written. The readers see to it that not more content comes.
    pub(crate) fn begin_file(&mut self, declared_bytes: u64) -> Result<(), Limit> {
        if declared_bytes > self.max_file_bytes {
            return Err(Limit::FileBytes(self.max_file_bytes));
        }
        if self.bytes.saturating_add(declared_bytes) > self.max_total_bytes {
            return Err(Limit::TotalBytes(self.max_total_bytes));
        }
        Ok(())
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.file_bytes += bytes.len() as u64;
        self.bytes += bytes.len() as u64;
    }

    pub(crate) fn end_file(&mut self, entry: &Entry) -> Sha256Digest {
        let sha256 = Sha256Digest::from_bytes(self.hasher.finalize_reset().into());
        let size = std::mem::take(&mut self.file_bytes);
        self.push(entry, EntryKind::File { size, sha256 });
        sha256
    }

    /// A whole file at once, hashed already.
    pub(crate) fn file(&mut self, entry: &Entry, size: u64, sha256: Sha256Digest) {
        self.bytes += size;
        self.push(entry, EntryKind::File { size, sha256 });
    }

    pub(crate) fn directory(&mut self, entry: &Entry) {
        self.push(entry, EntryKind::Directory);
    }

    pub(crate) fn link(&mut self, entry: &Entry, target: &str) {
        self.links.push(Link { path: entry.path.clone(), target: target.to_owned() });
    }

    pub(crate) fn progress(&self, package_bytes_read: u64) -> Progress {
        Progress {
            package_bytes_read,
            package_bytes_total: 0,
            entries: (self.files.len() + self.links.len()) as u64,
            bytes_written: self.bytes,
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.files.extend(other.files);
        self.links.extend(other.links);
        self.bytes += other.bytes;
    }

    /// What was found; the package's digest is for the reader to fill in.
    pub(crate) fn finish(self, ledger: Ledger) -> Contents {
        let package_sha256 = Sha256Digest::from_bytes([0; 32]);
        Contents { files: self.files, links: self.links, ledger, bytes: self.bytes, package_sha256 }
    }

    fn push(&mut self, entry: &Entry, kind: EntryKind) {
        self.files.push(ManifestEntry { path: entry.path.clone(), mode: entry.mode, kind });
    }
}
