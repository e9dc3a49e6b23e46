//! `OpenFolder` on systems with `openat`: one call opens a folder, one looks at an entry.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::os::unix::ffi::OsStrExt as _;

use cap_std::fs::Dir;
use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::{EntryKind, State};

/// A folder that is open for looking at what is in it.
pub(crate) struct OpenFolder(rustix::fs::Dir);

impl OpenFolder {
    /// Opens a folder anew: the one that is given may be open for going through it only.
    pub(crate) fn of(folder: &Dir) -> io::Result<Self> {
        Self::below(folder.as_fd(), OsStr::new("."))
    }

    /// The names in it; none if the folder has been removed.
    pub(crate) fn names(&mut self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        while let Some(entry) = self.0.read() {
            match entry {
                Ok(entry) if matches!(entry.file_name().to_bytes(), b"." | b"..") => {}
                Ok(entry) => names.push(OsStr::from_bytes(entry.file_name().to_bytes()).to_owned()),
                Err(Errno::NOENT) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(names)
    }

    pub(super) fn state(&self, name: &OsStr) -> io::Result<State> {
        let stat = rustix::fs::statat(self.0.fd()?, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(state_of_stat(&stat))
    }

    pub(super) fn link(&self, name: &OsStr) -> io::Result<String> {
        let target = rustix::fs::readlinkat(self.0.fd()?, name, Vec::new())?;
        Ok(String::from_utf8_lossy(target.as_bytes()).into_owned())
    }

    pub(super) fn open(&self, name: &OsStr) -> io::Result<Self> {
        Self::below(self.0.fd()?, name)
    }

    fn below(folder: BorrowedFd<'_>, name: &OsStr) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = rustix::fs::openat(folder, name, flags, Mode::empty())?;
        Ok(Self(rustix::fs::Dir::new(folder)?))
    }
}

/// The state of an open file.
pub(crate) fn state_of(file: &cap_std::fs::File) -> io::Result<State> {
    Ok(state_of_stat(&rustix::fs::fstat(file)?))
}

#[allow(clippy::useless_conversion, clippy::unnecessary_cast, reason = "types differ by system")]
fn state_of_stat(stat: &Stat) -> State {
    let mode = stat.st_mode as rustix::fs::RawMode;
    let kind = match FileType::from_raw_mode(mode) {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Folder,
        FileType::Symlink => EntryKind::Link,
        _ => EntryKind::Other,
    };
    let nanoseconds = |s: i128, ns: i128| s * 1_000_000_000 + ns;
    State {
        kind,
        size: if kind == EntryKind::File { u64::try_from(stat.st_size).unwrap_or(0) } else { 0 },
        mode: u32::from(mode) & 0o7777,
        stamp: [
            nanoseconds(stat.st_mtime.into(), stat.st_mtime_nsec.into()),
            nanoseconds(stat.st_ctime.into(), stat.st_ctime_nsec.into()),
            stat.st_ino.into(),
        ],
        link: None,
    }
}
