//! Files that hold a secret: made once, for their owner only.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Creates `path`, which must not exist, with mode 0600, and makes it durable.
pub(crate) fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// The permission bits of `path` if somebody besides its owner and group may read it, or besides
/// its owner change it. A group may read: that is how service accounts are handed keys.
#[cfg(unix)]
pub(crate) fn exposed_mode(path: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::PermissionsExt;
    const OTHERS_ANY_OR_GROUP_WRITE: u32 = 0o027;
    let mode = std::fs::metadata(path)?.permissions().mode() & 0o7777;
    Ok((mode & OTHERS_ANY_OR_GROUP_WRITE != 0).then_some(mode))
}

/// Other systems protect the folder instead.
#[cfg(not(unix))]
pub(crate) fn exposed_mode(_path: &Path) -> io::Result<Option<u32>> {
    Ok(None)
}
