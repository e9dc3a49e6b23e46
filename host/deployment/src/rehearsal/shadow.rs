//! `Shadow`: what text files held before a hook, so that its changes can be shown.

use std::io::{self, Read as _};

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};
use cofferdam_package::remove_tree;

use super::clone_tree::{clone_file, clone_tree};
use super::diff::{MAX_DIFFED_FILE_BYTES, TextDiff};
use super::report::FileDiff;
use crate::{Change, ChangeKind, EntryKind};

/// A copy of the enclosure as it was before the present hook, without long files.
#[derive(Debug)]
pub(super) struct Shadow {
    parent: Dir,
    name: &'static str,
    dir: Dir,
}

impl Shadow {
    /// An empty shadow at `name` in `parent`.
    pub(super) fn new(parent: Dir, name: &'static str) -> io::Result<Self> {
        parent.create_dir(name)?;
        let dir = parent.open_dir(name)?;
        Ok(Self { parent, name, dir })
    }

    /// The enclosure is another one, or was changed by the host.
    pub(super) fn follow(&mut self, enclosure: &Dir) -> io::Result<()> {
        remove_tree(&self.parent, self.name)?;
        self.parent.create_dir(self.name)?;
        self.dir = self.parent.open_dir(self.name)?;
        clone_tree(enclosure, &self.dir, MAX_DIFFED_FILE_BYTES)
    }

    /// What a hook changed in texts, in the order of `changes`. Afterwards the shadow is as the enclosure is.
    pub(super) fn compare(
        &mut self,
        changes: &[Change],
        enclosure: &Dir,
        mask: &mut dyn FnMut(&str) -> String,
    ) -> io::Result<Vec<FileDiff>> {
        let mut diffs = Vec::new();
        for change in changes.iter().filter(|change| change.kind == EntryKind::File) {
            let before = match change.what {
                ChangeKind::Added => Some(Vec::new()),
                ChangeKind::Changed | ChangeKind::Removed => read(&self.dir, &change.path)?,
            };
            let after = match change.what {
                ChangeKind::Removed => Some(Vec::new()),
                ChangeKind::Added | ChangeKind::Changed => read(enclosure, &change.path)?,
            };
            let (Some(before), Some(after)) = (before, after) else { continue };
            if let Some(diff) = TextDiff::of(&before, &after, mask) {
                diffs.push(FileDiff { path: mask(&change.path), diff });
            }
        }
        changes.iter().try_for_each(|change| self.catch_up(change, enclosure))?;
        Ok(diffs)
    }

    fn catch_up(&self, change: &Change, enclosure: &Dir) -> io::Result<()> {
        let (folder, name) = match change.path.rsplit_once('/') {
            Some((folder, name)) => (folder, name),
            None => (".", change.path.as_str()),
        };
        let is_there = change.what != ChangeKind::Removed;
        if is_there && change.kind == EntryKind::Folder {
            if self.dir.symlink_metadata(&change.path).is_ok_and(|there| !there.is_dir()) {
                self.dir.remove_file(&change.path)?;
            }
            return self.dir.create_dir_all(&change.path);
        }
        match self.dir.open_dir(folder) {
            Ok(parent) => remove_tree(&parent, name)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        if is_there && change.kind == EntryKind::File && change.size <= MAX_DIFFED_FILE_BYTES {
            self.dir.create_dir_all(folder)?;
            let (from, to) = (enclosure.open_dir(folder)?, self.dir.open_dir(folder)?);
            clone_file(&from, &to, name.as_ref())?;
        }
        Ok(())
    }
}

/// A file's content; `None` if it is not there, no file, or too long.
fn read(folder: &Dir, path: &str) -> io::Result<Option<Vec<u8>>> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    match folder.symlink_metadata(path) {
        Ok(there) if there.is_file() && there.len() <= MAX_DIFFED_FILE_BYTES => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut content = Vec::new();
    folder.open_with(path, &options)?.read_to_end(&mut content)?;
    Ok(Some(content))
}
