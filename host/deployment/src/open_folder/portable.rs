//! `OpenFolder` where there is nothing but what every system has.

use std::ffi::{OsStr, OsString};
use std::io;

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, Metadata};

use super::{EntryKind, State};

/// A folder that is open for looking at what is in it.
pub(crate) struct OpenFolder(Dir);

impl OpenFolder {
    /// Opens a folder anew, so that it is read from its beginning.
    pub(crate) fn of(folder: &Dir) -> io::Result<Self> {
        Ok(Self(folder.try_clone()?))
    }

    /// The names in it; none if the folder has been removed.
    pub(crate) fn names(&mut self) -> io::Result<Vec<OsString>> {
        let entries = match self.0.entries() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        entries.map(|entry| Ok(entry?.file_name())).collect()
    }

    pub(super) fn state(&self, name: &OsStr) -> io::Result<State> {
        Ok(state_of_metadata(&self.0.symlink_metadata(name)?))
    }

    pub(super) fn link(&self, name: &OsStr) -> io::Result<String> {
        Ok(self.0.read_link_contents(name)?.to_string_lossy().into_owned())
    }

    pub(super) fn open(&self, name: &OsStr) -> io::Result<Self> {
        Ok(Self(self.0.open_dir_nofollow(name)?))
    }
}

fn state_of_metadata(metadata: &Metadata) -> State {
    let file_type = metadata.file_type();
    let kind = match () {
        () if file_type.is_symlink() => EntryKind::Link,
        () if file_type.is_dir() => EntryKind::Folder,
        () if file_type.is_file() => EntryKind::File,
        () => EntryKind::Other,
    };
    let epoch = cap_std::time::SystemTime::from_std(std::time::SystemTime::UNIX_EPOCH);
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(epoch).ok());
    let nanoseconds = modified.map_or(0, |since| i128::try_from(since.as_nanos()).unwrap_or(0));
    State {
        kind,
        size: if kind == EntryKind::File { metadata.len() } else { 0 },
        mode: if metadata.permissions().readonly() { 0o444 } else { 0o644 },
        stamp: [nanoseconds, 0, 0],
        link: None,
    }
}
