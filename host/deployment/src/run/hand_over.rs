//! Making files the user's that hooks run as, so that hooks can change them.

use std::fs::File;
use std::io;

use cap_std::fs::Dir;
use cofferdam_sandbox::UserIds;

/// Makes a fresh folder and everything in it that user's. Links themselves, not what they lead to.
///
/// # Errors
/// When an entry cannot be read, or its owner cannot be changed.
#[cfg(unix)]
pub(super) fn hand_over(dir: &Dir, user: Option<UserIds>) -> io::Result<()> {
    use cap_fs_ext::DirExt as _;
    use rustix::fs::{AtFlags, chownat};

    let Some(ids) = user else { return Ok(()) };
    let (uid, gid) = owner(ids);
    for entry in dir.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            hand_over(&dir.open_dir_nofollow(&name)?, user)?;
        } else {
            chownat(dir, &*name, uid, gid, AtFlags::SYMLINK_NOFOLLOW)?;
        }
    }
    Ok(chownat(dir, ".", uid, gid, AtFlags::empty())?)
}

/// The same for one open file.
///
/// # Errors
/// When its owner cannot be changed.
#[cfg(unix)]
pub(super) fn hand_over_one(file: &File, user: Option<UserIds>) -> io::Result<()> {
    let Some(ids) = user else { return Ok(()) };
    let (uid, gid) = owner(ids);
    Ok(rustix::fs::fchown(file, uid, gid)?)
}

#[cfg(unix)]
fn owner(ids: UserIds) -> (Option<rustix::fs::Uid>, Option<rustix::fs::Gid>) {
    (Some(rustix::fs::Uid::from_raw(ids.uid)), Some(rustix::fs::Gid::from_raw(ids.gid)))
}

/// Nothing: no hook runs as another user here.
#[cfg(not(unix))]
pub(super) fn hand_over(_dir: &Dir, _user: Option<UserIds>) -> io::Result<()> {
    Ok(())
}

/// Nothing.
#[cfg(not(unix))]
pub(super) fn hand_over_one(_file: &File, _user: Option<UserIds>) -> io::Result<()> {
    Ok(())
}
