//! The cache's folder: made, and checked that nobody else can write to it.

use std::fs;
use std::path::Path;

use crate::CacheError;

/// Makes the folder when it is missing, and checks whose it is.
///
/// # Errors
/// When it cannot be made, is not a folder, belongs to somebody else, or others may write to it.
pub(super) fn open(path: &Path) -> Result<(), CacheError> {
    let io = |doing, source| CacheError::Io { doing, path: path.to_owned(), source };
    match fs::symlink_metadata(path) {
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            create_private(path).map_err(|source| io("make the cache folder", source))?;
        }
        Err(source) => return Err(io("look at the cache folder", source)),
    }
    let metadata =
        fs::symlink_metadata(path).map_err(|source| io("look at the cache folder", source))?;
    if !metadata.is_dir() {
        return Err(exposed(path, "is not a folder"));
    }
    check_private(path, &metadata)
}

/// Checks that a folder or file belongs to this user, and that nobody else may write to it.
///
/// # Errors
/// When that is not so.
#[cfg(unix)]
pub(super) fn check_private(path: &Path, metadata: &fs::Metadata) -> Result<(), CacheError> {
    use std::os::unix::fs::MetadataExt;

    let owner = metadata.uid();
    let user = rustix::process::geteuid().as_raw();
    if owner != user {
        return Err(exposed(path, &format!("belongs to user {owner}, not to user {user}")));
    }
    if metadata.mode() & 0o022 != 0 {
        let mode = metadata.mode() & 0o7777;
        return Err(exposed(path, &format!("can be written by others (mode {mode:04o})")));
    }
    Ok(())
}

/// Elsewhere the folder is in the user's profile, and the MAC is what protects it.
#[cfg(not(unix))]
pub(super) fn check_private(_path: &Path, _metadata: &fs::Metadata) -> Result<(), CacheError> {
    Ok(())
}

fn exposed(path: &Path, why: &str) -> CacheError {
    CacheError::Exposed { path: path.to_owned(), why: why.to_owned() }
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        // Somebody else of this user's processes was quicker; what they made is checked next.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}
