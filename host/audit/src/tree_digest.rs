//! The tree digest: one SHA-256 that names the whole content of a folder.
//!
//! ```text
//! tree = SHA-256( "cofferdam tree v1\n" || entry || entry || ... )
//! entry = kind (1 byte: 'd' folder, 'f' file, 'l' symbolic link)
//!      || permission bits (u32, big-endian; as given)
//!      || size in bytes (u64, big-endian; 0 unless a file)
//!      || SHA-256 (32 bytes: of a file's content, of a link's target; zeros for a folder)
//!      || length of the path in bytes (u64, big-endian) || path
//! ```
//!
//! Paths are relative, UTF-8, `/` between parts; entries stand in ascending byte order of their
//! paths. The root folder itself is not an entry. Times, owners and extended attributes do not count.

use sha2::{Digest, Sha256};

use crate::merkle::Hash;

const HEADER: &[u8] = b"cofferdam tree v1\n";

/// What one entry of a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeEntryKind {
    /// A folder.
    Folder,
    /// A regular file.
    File {
        /// Its length.
        size_bytes: u64,
        /// SHA-256 of its content.
        sha256: [u8; 32],
    },
    /// A symbolic link.
    Link {
        /// What it points to, exactly as stored.
        target: String,
    },
}

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// Relative to the folder, with `/` between the parts.
    pub path: String,
    /// The permission bits that are to count, at most `0o7777`. For a digest that is equal on every
    /// machine give what the package said (0o755 or 0o644), and 0 for links.
    pub mode: u32,
    /// What it is.
    pub kind: TreeEntryKind,
}

/// Why a list of entries has no tree digest.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeDigestError {
    /// One path twice.
    #[error("the path {0:?} is listed twice; a folder has each path once")]
    Duplicate(String),
    /// A path that is not relative, or has an empty, `.` or `..` part.
    #[error("the path {0:?} is not a plain relative path")]
    NotRelative(String),
}

/// The digest of a folder with these entries, in whatever order they come.
///
/// # Errors
/// [`TreeDigestError`] when a path is given twice or is not plain and relative.
pub fn tree_digest(entries: impl IntoIterator<Item = TreeEntry>) -> Result<Hash, TreeDigestError> {
    let mut entries: Vec<TreeEntry> = entries.into_iter().collect();
    entries.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    let mut hasher = Sha256::new();
    hasher.update(HEADER);
    let mut previous: Option<&str> = None;
    for entry in &entries {
        let parts_are_plain = entry.path.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !parts_are_plain {
            return Err(TreeDigestError::NotRelative(entry.path.clone()));
        }
        if previous == Some(entry.path.as_str()) {
            return Err(TreeDigestError::Duplicate(entry.path.clone()));
        }
        previous = Some(&entry.path);
        let (kind, size_bytes, content) = match &entry.kind {
            TreeEntryKind::Folder => (b'd', 0, [0; 32]),
            TreeEntryKind::File { size_bytes, sha256 } => (b'f', *size_bytes, *sha256),
            TreeEntryKind::Link { target } => (b'l', 0, Sha256::digest(target.as_bytes()).into()),
        };
        hasher.update([kind]);
        hasher.update(entry.mode.to_be_bytes());
        hasher.update(size_bytes.to_be_bytes());
        hasher.update(content);
        hasher.update((entry.path.len() as u64).to_be_bytes());
        hasher.update(entry.path.as_bytes());
    }
    Ok(Hash::from_bytes(hasher.finalize().into()))
}
