//! `remove_tree`: removes a folder with everything in it, following no link.

use std::io;

use cap_std::fs::Dir;

/// Removes `name` in `parent` with everything in it. Links are removed, never followed; a missing `name` is fine.
///
/// This is how a caller gets rid of a half-extracted folder after [`extract`](crate::extract) failed.
///
/// # Errors
/// What the file system answers, for example a missing permission.
pub fn remove_tree(parent: &Dir, name: &str) -> io::Result<()> {
    let kind = match parent.symlink_metadata(name) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if kind.is_dir() { parent.remove_dir_all(name) } else { parent.remove_file(name) }
}
