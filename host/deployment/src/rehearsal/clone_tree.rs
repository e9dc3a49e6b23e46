//! `clone_tree`: a copy of a folder that shares its blocks with it where the file system can.

use std::ffi::OsStr;
use std::fs::File;
use std::io;

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};

/// Copies everything below `from` into `to`, which is empty: folders, files with their modes and
/// times, links as they are. Files longer than `max_file_bytes` are left out, and so is what is
/// neither file nor folder nor link. Follows no link.
///
/// On file systems with copy-on-write (Btrfs, XFS, bcachefs), a file's copy takes no room until one
/// of the two changes.
///
/// # Errors
/// What the file system answers.
pub(super) fn clone_tree(from: &Dir, to: &Dir, max_file_bytes: u64) -> io::Result<()> {
    for entry in from.entries()? {
        let name = entry?.file_name();
        let metadata = from.symlink_metadata(&name)?;
        if metadata.is_dir() {
            to.create_dir(&name)?;
            let inner = to.open_dir_nofollow(&name)?;
            clone_tree(&from.open_dir_nofollow(&name)?, &inner, max_file_bytes)?;
            set_mode(to, &name, &metadata)?;
        } else if metadata.is_symlink() {
            link(&from.read_link_contents(&name)?, to, &name)?;
        } else if metadata.is_file() && metadata.len() <= max_file_bytes {
            clone_file(from, to, &name)?;
        }
    }
    Ok(())
}

/// Copies one file, with its mode and its time of modification. It must not be there yet.
pub(super) fn clone_file(from: &Dir, to: &Dir, name: &OsStr) -> io::Result<()> {
    let mut reading = OpenOptions::new();
    reading.read(true).follow(FollowSymlinks::No);
    let mut source = from.open_with(name, &reading)?.into_std();
    let mut writing = OpenOptions::new();
    writing.write(true).create_new(true);
    let mut copy = to.open_with(name, &writing)?.into_std();
    copy_content(&mut source, &mut copy)?;
    let metadata = source.metadata()?;
    copy.set_modified(metadata.modified()?)?;
    copy.set_permissions(metadata.permissions())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn copy_content(source: &mut File, copy: &mut File) -> io::Result<()> {
    match rustix::fs::ioctl_ficlone(&*copy, &*source) {
        Ok(()) => Ok(()),
        // Another file system, or one without shared blocks.
        Err(_) => io::copy(source, copy).map(drop),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn copy_content(source: &mut File, copy: &mut File) -> io::Result<()> {
    io::copy(source, copy).map(drop)
}

/// After the folder was filled: one that cannot be written to must be filled all the same.
#[cfg(unix)]
fn set_mode(to: &Dir, name: &OsStr, metadata: &cap_std::fs::Metadata) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt as _};
    // Whoever removes the copy must be able to.
    let mode = metadata.permissions().mode() & 0o777 | 0o700;
    to.set_permissions(name, Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_to: &Dir, _name: &OsStr, _metadata: &cap_std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn link(target: &std::path::Path, to: &Dir, name: &OsStr) -> io::Result<()> {
    to.symlink_contents(target, name)
}

#[cfg(not(unix))]
fn link(target: &std::path::Path, to: &Dir, name: &OsStr) -> io::Result<()> {
    to.symlink_file(target, name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folders::open_root;

    #[test]
    fn a_clone_is_equal_and_independent() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (from_dir, to_dir) = (open_root(from.path()).unwrap(), open_root(to.path()).unwrap());
        from_dir.create_dir_all("a/b").unwrap();
        from_dir.write("a/b/file", "content").unwrap();
        from_dir.write("large", "x".repeat(100)).unwrap();
        #[cfg(unix)]
        from_dir.symlink_contents("/etc/passwd", "a/link").unwrap();
        clone_tree(&from_dir, &to_dir, 50).unwrap();
        assert_eq!(to_dir.read_to_string("a/b/file").unwrap(), "content");
        assert!(!to_dir.exists("large"));
        #[cfg(unix)]
        assert_eq!(to_dir.read_link_contents("a/link").unwrap().to_str(), Some("/etc/passwd"));
        let modified = |dir: &Dir| dir.metadata("a/b/file").unwrap().modified().unwrap();
        assert_eq!(modified(&from_dir), modified(&to_dir));
        to_dir.write("a/b/file", "changed").unwrap();
        assert_eq!(from_dir.read_to_string("a/b/file").unwrap(), "content");
    }

    #[cfg(unix)]
    #[test]
    fn modes_are_kept_and_read_only_folders_are_filled() {
        use std::os::unix::fs::PermissionsExt as _;
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(from.path().join("sub")).unwrap();
        let file = from.path().join("sub/run");
        std::fs::write(&file, "x").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        let sub = from.path().join("sub");
        std::fs::set_permissions(&sub, std::fs::Permissions::from_mode(0o500)).unwrap();
        let dirs = (open_root(from.path()).unwrap(), open_root(to.path()).unwrap());
        clone_tree(&dirs.0, &dirs.1, u64::MAX).unwrap();
        let mode = to.path().join("sub/run").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o755);
        std::fs::set_permissions(&sub, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}
