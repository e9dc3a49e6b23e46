//! `folder_digest`: one digest for everything in a folder.

use std::io;

use cap_std::fs::Dir;
use cofferdam_audit::{Hash, TreeDigestError, TreeEntry, TreeEntryKind, tree_digest};

use crate::changes::{EntryKind, Snapshot};

/// Why a folder has no digest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderDigestError {
    /// Something in it cannot be read.
    #[error("the folder's digest cannot be computed: {0}")]
    Read(#[from] io::Error),
    /// Something that is no file, folder or link.
    #[error("`{0}` is neither a file nor a folder nor a link, so the folder has no digest")]
    Special(String),
    /// Names that cannot be told apart.
    #[error(transparent)]
    Tree(#[from] TreeDigestError),
}

/// The tree digest of everything in `folder`, as the attestation states it: contents, names and links. Of
/// the modes only that counts which is the same on every machine: whether a file can be executed.
///
/// # Errors
/// See [`FolderDigestError`].
pub fn folder_digest(folder: &Dir) -> Result<Hash, FolderDigestError> {
    let mut entries = Vec::new();
    for file in Snapshot::default().changes_to(&Snapshot::take(folder)?, folder)? {
        let special = || FolderDigestError::Special(file.path.clone());
        let (mode, kind) = match file.kind {
            EntryKind::Folder => (0o755, TreeEntryKind::Folder),
            EntryKind::Link => {
                (0, TreeEntryKind::Link { target: file.link.clone().unwrap_or_default() })
            }
            EntryKind::File => {
                let mut sha256 = [0; 32];
                let text = file.sha256.as_deref().ok_or_else(special)?;
                hex::decode_to_slice(text, &mut sha256).map_err(|_| special())?;
                let mode = if file.mode & 0o100 == 0 { 0o644 } else { 0o755 };
                (mode, TreeEntryKind::File { size_bytes: file.size, sha256 })
            }
            EntryKind::Other => return Err(special()),
        };
        entries.push(TreeEntry { path: file.path, mode, kind });
    }
    Ok(tree_digest(entries)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_and_names_count_and_times_do_not() {
        let digest_of = |name: &str, content: &str| {
            let folder = tempfile::tempdir().unwrap();
            let dir = crate::folders::open_root(folder.path()).unwrap();
            dir.write(name, content).unwrap();
            folder_digest(&dir).unwrap()
        };
        let one = digest_of("a", "x");
        assert_eq!(one, digest_of("a", "x"));
        assert_ne!(one, digest_of("a", "y"));
        assert_ne!(one, digest_of("b", "x"));
    }
}
