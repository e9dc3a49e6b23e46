//! The worker's root directory: its enclosure, so that no path leads anywhere else.
//!
//! Landlock decides who may open a file. It does not govern looking at one, reading a link or
//! setting times. What cannot be named cannot be looked at either: a path that begins with `/`
//! begins in the enclosure, and `..` ends there.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use rustix::io::Errno;
use rustix::process::{chroot, fchdir};
use rustix::thread::{CapabilitySet, UnshareFlags, capabilities, unshare_unsafe};

use super::LockdownError;

/// Makes a directory the root, by a capability of root's. Returns whether it is.
///
/// # Errors
/// When the directory cannot be entered. A process that may not change its root is no error.
pub(super) fn enter(root: &File) -> Result<bool, LockdownError> {
    fchdir(root).map_err(|e| LockdownError::new("enter the enclosure", e))?;
    match chroot(".") {
        Ok(()) => Ok(true),
        Err(Errno::PERM | Errno::ACCESS) => Ok(false),
        Err(error) => Err(LockdownError::new("make the enclosure the root directory", error)),
    }
}

/// The same without privileges, in a user namespace of the process's own, where it has the
/// capability for a moment. Its user there is nobody's, and stays who it is for files.
///
/// Some machines allow no such namespace, or one without capabilities.
///
/// # Errors
/// As [`enter`].
pub(super) fn enter_in_a_namespace(root: &File) -> Result<bool, LockdownError> {
    #[expect(unsafe_code, reason = "the call can break what relies on what it separates")]
    // SAFETY: nothing here relies on the namespace of users; descriptors are not separated.
    let separated = unsafe { unshare_unsafe(UnshareFlags::NEWUSER) };
    if separated.is_ok() { enter(root) } else { Ok(false) }
}

/// Whether this process can change its root as it is.
pub(super) fn is_available() -> bool {
    capabilities(None).is_ok_and(|sets| sets.effective.contains(CapabilitySet::SYS_CHROOT))
}

/// Cuts a folder off from what is above it: the same files through a mount that nothing is
/// above, so that `..` does not lead out of it. What is mounted below stays.
///
/// # Errors
/// When the process may not mount, or the kernel cannot (before Linux 5.2).
pub(super) fn cut_off(folder: &File) -> io::Result<File> {
    const CLONE: libc::c_uint = libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC;
    const FLAGS: libc::c_uint = CLONE | (libc::AT_EMPTY_PATH | libc::AT_RECURSIVE).cast_unsigned();
    let folder = folder.as_raw_fd();
    #[expect(unsafe_code, reason = "there is no interface to it among the dependencies")]
    // SAFETY: the path is a valid empty string, and the call writes to no memory.
    let mount = unsafe { libc::syscall(libc::SYS_open_tree, folder, c"".as_ptr(), FLAGS) };
    let mount = i32::try_from(mount).map_err(io::Error::other)?;
    if mount < 0 {
        return Err(io::Error::last_os_error());
    }
    #[expect(unsafe_code, reason = "the same")]
    // SAFETY: the call returned a new descriptor that nobody else knows.
    let mount = unsafe { OwnedFd::from_raw_fd(mount) };
    // What the call returns can be walked from and not be listed.
    let flags = rustix::fs::OFlags::DIRECTORY | rustix::fs::OFlags::CLOEXEC;
    Ok(rustix::fs::openat(&mount, ".", flags, rustix::fs::Mode::empty())?.into())
}
