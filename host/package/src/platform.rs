//! What differs between operating systems: reading at an offset, modes, links, flushing.

use std::fs::File;
use std::io;
use std::time::SystemTime;

use cap_std::fs::{Dir, Metadata, OpenOptions};

use crate::Refusal;

/// Reads up to `buffer.len()` bytes at `offset`, without a shared position: an archive can be read by several threads.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

/// Reads up to `buffer.len()` bytes at `offset`; this moves the file's position, which nobody uses.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Asks for permission bits at creation, so that the process's umask applies.
#[cfg(unix)]
pub(crate) fn set_create_mode(options: &mut OpenOptions, mode: u32) {
    cap_std::fs::OpenOptionsExt::mode(options, mode);
}

/// Windows has no permission bits.
#[cfg(windows)]
pub(crate) fn set_create_mode(_options: &mut OpenOptions, _mode: u32) {}

/// Creates a folder with permission bits, so that the process's umask applies.
#[cfg(unix)]
pub(crate) fn create_folder(parent: &Dir, name: &str, mode: u32) -> io::Result<()> {
    let mut builder = cap_std::fs::DirBuilder::new();
    cap_std::fs::DirBuilderExt::mode(&mut builder, mode);
    parent.create_dir_with(name, &builder)
}

/// Creates a folder.
#[cfg(windows)]
pub(crate) fn create_folder(parent: &Dir, name: &str, _mode: u32) -> io::Result<()> {
    parent.create_dir(name)
}

/// Takes permission bits from a folder that was created before the archive listed it.
#[cfg(unix)]
pub(crate) fn restrict_folder(parent: &Dir, name: &str, mode: u32) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt as _};
    let now = parent.symlink_metadata(name)?.permissions().mode();
    if now & 0o777 & !mode == 0 {
        return Ok(());
    }
    parent.set_permissions(name, Permissions::from_mode(now & mode))
}

/// Windows has no permission bits.
#[cfg(windows)]
pub(crate) fn restrict_folder(_parent: &Dir, _name: &str, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Sets a folder's modification time, following no link.
#[cfg(unix)]
pub(crate) fn set_folder_time(parent: &Dir, name: &str, time: SystemTime) -> io::Result<()> {
    use rustix::fs::{AtFlags, Timespec, Timestamps, UTIME_OMIT, utimensat};
    let unix_s = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
        Err(before) => {
            i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |before| -before)
        }
    };
    let times = Timestamps {
        last_access: Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT },
        last_modification: Timespec { tv_sec: unix_s, tv_nsec: 0 },
    };
    Ok(utimensat(parent, name, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}

/// Folders on Windows keep the time at which they were extracted.
#[cfg(windows)]
pub(crate) fn set_folder_time(_parent: &Dir, _name: &str, _time: SystemTime) -> io::Result<()> {
    Ok(())
}

/// Makes everything written to the file system that `folder` is on durable. One call for a whole extraction costs
/// as much as flushing a few of its files one by one would.
///
/// # Errors
/// What the operating system answers.
#[cfg(target_os = "linux")]
pub fn sync_file_system(folder: &Dir) -> io::Result<()> {
    // The handle of a folder may be one for paths only, which cannot be synchronised: open it for reading.
    let readable = folder.open(".")?;
    Ok(rustix::fs::syncfs(&readable)?)
}

/// Makes everything written durable, where the operating system has a call for that; a no-op elsewhere.
///
/// # Errors
/// None here.
#[cfg(not(target_os = "linux"))]
pub fn sync_file_system(_folder: &Dir) -> io::Result<()> {
    Ok(())
}

/// Creates a symbolic link.
#[cfg(unix)]
pub(crate) fn symlink(parent: &Dir, target: &str, name: &str) -> io::Result<()> {
    parent.symlink(target, name)
}

/// Windows needs to know whether the target is a folder, and a privilege: links are not extracted there.
#[cfg(windows)]
pub(crate) fn symlink(_parent: &Dir, _target: &str, _name: &str) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "symbolic links are not extracted on Windows"))
}

/// Whether the owner may execute a file.
#[cfg(unix)]
pub(crate) fn is_executable(metadata: &Metadata) -> bool {
    use cap_std::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

/// Windows has no permission bits.
#[cfg(windows)]
pub(crate) fn is_executable(_metadata: &Metadata) -> bool {
    false
}

/// What something is that is neither file, folder nor link.
#[cfg(unix)]
pub(crate) fn special_file(metadata: &Metadata) -> Refusal {
    use cap_std::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_fifo() {
        Refusal::Fifo
    } else if kind.is_block_device() || kind.is_char_device() {
        Refusal::Device
    } else {
        Refusal::UnknownType(cap_std::fs::MetadataExt::mode(metadata) & 0o170_000)
    }
}

/// What something is that is neither file, folder nor link.
#[cfg(windows)]
pub(crate) fn special_file(_metadata: &Metadata) -> Refusal {
    Refusal::UnknownType(0)
}
