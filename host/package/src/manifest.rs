//! `Manifest`: what is in a package, path by path.

use serde::Serialize;

use crate::{EntryPath, Sha256Digest};

/// Every file, folder and link of a package, ordered by path, each path once.
///
/// Folders that the package implies (`a` in `a/b.txt`) without listing them are not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Manifest {
    /// The entries, ordered by path (bytewise).
    pub files: Vec<ManifestEntry>,
}

impl Manifest {
    /// The entry at `path`, spelled exactly.
    pub fn get(&self, path: &str) -> Option<&ManifestEntry> {
        let at = self.files.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.files.get(at)
    }

    pub(crate) fn from_unordered(mut files: Vec<ManifestEntry>) -> Self {
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }
}

/// One entry of a [`Manifest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManifestEntry {
    /// Where it is, below the extraction folder.
    pub path: EntryPath,
    /// Unix permission bits as extraction asks for them: within `0o755`, at least `0o600` for files and
    /// `0o700` for folders. The process's umask may remove more. Links have `0o777`.
    pub mode: u32,
    /// What it is.
    pub kind: EntryKind,
}

impl ManifestEntry {
    /// Bytes of content: 0 for folders and links.
    pub fn size(&self) -> u64 {
        match self.kind {
            EntryKind::File { size, .. } => size,
            EntryKind::Directory | EntryKind::Symlink { .. } => 0,
        }
    }

    /// The digest of the content, for files.
    pub fn sha256(&self) -> Option<Sha256Digest> {
        match self.kind {
            EntryKind::File { sha256, .. } => Some(sha256),
            EntryKind::Directory | EntryKind::Symlink { .. } => None,
        }
    }
}

/// What an entry is. Nothing else is ever extracted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A regular file.
    File {
        /// Bytes of content, counted.
        size: u64,
        /// Digest of the content.
        sha256: Sha256Digest,
    },
    /// A folder that the package lists.
    Directory,
    /// A symbolic link whose target was proved to stay inside.
    Symlink {
        /// The target as the package spells it: relative, `/` between components.
        target: String,
    },
}
