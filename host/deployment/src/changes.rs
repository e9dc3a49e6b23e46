//! `Snapshot` and `Change`: what a hook changed in its enclosure.

use std::collections::BTreeMap;
use std::io::{self, Read as _};

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, File, OpenOptions};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use crate::open_folder::EntryKind;
use crate::open_folder::{MAX_LOOKS, OpenFolder, State};

/// Folders deeper than this are not looked into. Packages have none, and a hook that makes one has
/// reached `path-depth`.
pub(crate) const MAX_DEPTH: u64 = 256;

/// The state of everything below a folder, without contents. Links are entries, never followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, State>);

/// One thing that a hook changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// The path below the enclosure, `/` between its parts.
    pub path: String,
    /// What happened to it.
    pub what: ChangeKind,
    /// What it is (for what was removed: was).
    pub kind: EntryKind,
    /// The size in bytes; 0 for folders and links.
    pub size: u64,
    /// The permission bits.
    pub mode: u32,
    /// The digest that the file's content had before, as 64 hexadecimal digits, where it is known: the
    /// package says it, or an earlier change.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256_before: Option<String>,
    /// The digest of the new content of a file, as 64 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256: Option<String>,
    /// Where a link leads.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub link: Option<String>,
}

/// What happened to a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// Content, kind or mode changed.
    Changed,
    /// It is not there any more.
    Removed,
}

impl Snapshot {
    /// Looks at everything below `folder`.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn take(folder: &Dir) -> io::Result<Self> {
        let mut entries = BTreeMap::new();
        walk(&mut OpenFolder::of(folder)?, "", 0, &mut entries)?;
        Ok(Self(entries))
    }

    /// What is different in `after`, ordered by path. Digests are computed from `folder`, which
    /// `after` was taken of.
    ///
    /// # Errors
    /// What the file system answers when files are read.
    pub fn changes_to(&self, after: &Self, folder: &Dir) -> io::Result<Vec<Change>> {
        self.changes(after, &mut |path| digest(folder, path))
    }

    /// The same without digests, for what is too much to be read.
    pub(crate) fn changes_unread(&self, after: &Self) -> Vec<Change> {
        self.changes(after, &mut |_| Ok(None)).unwrap_or_default()
    }

    fn changes(
        &self,
        after: &Self,
        digest: &mut dyn FnMut(&str) -> io::Result<Option<String>>,
    ) -> io::Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (path, state) in &after.0 {
            let what = match self.0.get(path) {
                None => ChangeKind::Added,
                Some(before) if before.is_as(state) => continue,
                Some(_) => ChangeKind::Changed,
            };
            let sha256 = match state.kind {
                EntryKind::File => digest(path)?,
                _ => None,
            };
            changes.push(state.change(path, what, sha256));
        }
        for (path, state) in &self.0 {
            if !after.0.contains_key(path) {
                changes.push(state.change(path, ChangeKind::Removed, None));
            }
        }
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    /// Gives files that were replaced since this snapshot the mode that they had, in `folder` and in
    /// `after`, which was taken of it.
    ///
    /// WASI knows no modes: a hook that writes a file anew under its old name cannot keep it
    /// executable.
    ///
    /// # Errors
    /// What the file system answers.
    #[cfg(unix)]
    pub(crate) fn restore_modes(&self, after: &mut Self, folder: &Dir) -> io::Result<()> {
        use cap_std::fs::{Permissions, PermissionsExt as _};
        for (path, state) in &mut after.0 {
            let Some(before) = self.0.get(path) else { continue };
            let is_file = (before.kind, state.kind) == (EntryKind::File, EntryKind::File);
            if !is_file || before.mode == state.mode {
                continue;
            }
            let Some(file) = open_file(folder, path)? else { continue };
            file.set_permissions(Permissions::from_mode(before.mode & 0o777))
                .map_err(|error| at(path, &error))?;
            *state = crate::open_folder::state_of(&file)?;
        }
        Ok(())
    }

    /// There are no modes to keep.
    #[cfg(not(unix))]
    pub(crate) fn restore_modes(&self, _after: &mut Self, _folder: &Dir) -> io::Result<()> {
        Ok(())
    }

    /// How many bytes whoever copies or reads all files has to do with: holes count, and a file with two
    /// names counts twice.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.values().fold(0, |sum, state| sum.saturating_add(state.size))
    }

    /// How many files, folders and links there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes a path out, because the host itself removed it.
    pub(crate) fn forget(&mut self, path: &str) {
        self.0.remove(path);
    }
}

impl State {
    /// Whether nothing changed that anybody cares for: a folder's times change with its files.
    fn is_as(&self, other: &Self) -> bool {
        match (self.kind, other.kind) {
            (EntryKind::Folder, EntryKind::Folder) => self.mode == other.mode,
            _ => self == other,
        }
    }

    fn change(&self, path: &str, what: ChangeKind, sha256: Option<String>) -> Change {
        Change {
            path: path.to_owned(),
            what,
            kind: self.kind,
            size: self.size,
            mode: self.mode,
            sha256_before: None,
            sha256,
            link: self.link.clone(),
        }
    }
}

fn walk(
    folder: &mut OpenFolder,
    prefix: &str,
    depth: u64,
    entries: &mut BTreeMap<String, State>,
) -> io::Result<()> {
    for name in folder.names()? {
        let shown = name.to_string_lossy();
        let path = if prefix.is_empty() { shown.into_owned() } else { format!("{prefix}/{shown}") };
        let looked = folder.look(&name, depth < MAX_DEPTH).map_err(|error| at(&path, &error))?;
        let Some((state, below)) = looked else { continue };
        if let Some(mut below) = below {
            walk(&mut below, &path, depth + 1, entries)?;
        }
        entries.insert(path, state);
    }
    Ok(())
}

/// The error with the path that it is about.
fn at(path: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("`{path}`: {error}"))
}

/// Opens a regular file; `None` if there is none any more.
fn open_file(folder: &Dir, path: &str) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    let mut looks = 1;
    loop {
        let error = match folder.open_with(path, &options) {
            Ok(file) if file.metadata()?.is_file() => return Ok(Some(file)),
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => error,
        };
        // Something else was in its place: it may be there again.
        match folder.symlink_metadata(path) {
            Ok(metadata) if metadata.is_file() && looks == MAX_LOOKS => {
                return Err(at(path, &error));
            }
            Ok(metadata) if metadata.is_file() => looks += 1,
            _ => return Ok(None),
        }
    }
}

/// The digest of a file's content; `None` if it vanished meanwhile.
fn digest(folder: &Dir, path: &str) -> io::Result<Option<String>> {
    let Some(mut file) = open_file(folder, path)? else { return Ok(None) };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer).map_err(|error| at(path, &error))? {
            0 => return Ok(Some(hex::encode(hasher.finalize()))),
            read => hasher.update(&buffer[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_changes_and_removals_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(folder.path()).unwrap();
        dir.create_dir("sub").unwrap();
        for name in ["same", "sub/content", "gone"] {
            dir.write(name, "old").unwrap();
        }
        let before = Snapshot::take(&dir).unwrap();
        // Same size, and the old time of modification: still seen.
        let modified = dir.metadata("sub/content").unwrap().modified().unwrap().into_std();
        dir.write("sub/content", "new").unwrap();
        dir.open("sub/content").unwrap().into_std().set_modified(modified).unwrap();
        dir.remove_file("gone").unwrap();
        dir.create_dir("added").unwrap();
        dir.write("added/file", "x").unwrap();
        let after = Snapshot::take(&dir).unwrap();
        let changes = before.changes_to(&after, &dir).unwrap();
        let shown: Vec<_> = changes.iter().map(|c| (c.path.as_str(), c.what, c.size)).collect();
        assert_eq!(
            shown,
            [
                ("added", ChangeKind::Added, 0),
                ("added/file", ChangeKind::Added, 1),
                ("gone", ChangeKind::Removed, 3),
                ("sub/content", ChangeKind::Changed, 3),
            ]
        );
        let digest = changes[3].sha256.as_deref().unwrap();
        assert_eq!(digest, hex::encode(Sha256::digest(b"new")));
    }

    #[cfg(unix)]
    #[test]
    fn holes_and_further_names_count_like_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(folder.path()).unwrap();
        dir.create("sparse").unwrap().set_len(1 << 40).unwrap();
        dir.hard_link("sparse", &dir, "again").unwrap();
        let after = Snapshot::take(&dir).unwrap();
        assert_eq!(after.bytes(), 2 << 40);
        // Reading it would take until tomorrow.
        let changes = Snapshot::default().changes_unread(&after);
        assert!(changes.len() == 2 && changes.iter().all(|change| change.sha256.is_none()));
    }

    /// As with an application that runs in a custom installation folder.
    #[cfg(unix)]
    #[test]
    fn what_others_replace_meanwhile_is_as_one_of_its_states() {
        let folder = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(folder.path()).unwrap();
        let path = folder.path().join("contested");
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                for _ in 0..2_000 {
                    std::fs::create_dir_all(path.join("sub/deep")).unwrap();
                    std::fs::remove_dir_all(&path).unwrap();
                    std::os::unix::fs::symlink("elsewhere", &path).unwrap();
                    std::fs::remove_file(&path).unwrap();
                    std::fs::write(&path, "content").unwrap();
                    std::fs::remove_file(&path).unwrap();
                }
            });
            while !other.is_finished() {
                let after = Snapshot::take(&dir).unwrap();
                for change in Snapshot::default().changes_to(&after, &dir).unwrap() {
                    let is_link = change.kind == EntryKind::Link;
                    assert_eq!(change.link.as_deref(), is_link.then_some("elsewhere"));
                }
            }
        });
    }

    #[cfg(unix)]
    #[test]
    fn links_are_entries_and_are_not_followed() {
        let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(outside.path().join("secret"), "x").unwrap();
        let dir = crate::folders::open_root(folder.path()).unwrap();
        let before = Snapshot::take(&dir).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).unwrap();
        let after = Snapshot::take(&dir).unwrap();
        let changes = before.changes_to(&after, &dir).unwrap();
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].kind, changes[0].sha256.clone()), (EntryKind::Link, None));
        assert_eq!(changes[0].link.as_deref(), outside.path().to_str());
    }
}
