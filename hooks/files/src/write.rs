//! Replacing a file in one step, and only if its content changes.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::Error;

/// How many names for the temporary file are tried before giving up. More than one is needed only when an earlier
/// run was killed between creating and renaming.
const MAX_TEMPORARY_NAMES: u32 = 1_000;

/// How much of a file is read at once to compare it: few calls, and little memory.
const COMPARED_BYTES: usize = 256 * 1024;

/// Makes `path` have exactly `bytes`; says whether it had to.
///
/// If it has them already nothing is written, so that its time of modification stays. Otherwise the bytes go to a
/// new file in the same folder, which then takes the name: whoever reads sees the old or the new content, never
/// a mixture. The mode stays where the platform tells it (WASI does not: there the host has to restore it).
/// Nothing is flushed to the disk; after a loss of power the deployment is one that was interrupted anyway.
///
/// # Errors
/// [`Error::Io`]; the file is then as it was.
pub fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool, Error> {
    if has_content(path, bytes) {
        return Ok(false);
    }
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    let (mut file, temporary) = create_beside(path).map_err(failed)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| keep_mode(path, &file))
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // The first failure is the one to report; a leftover temporary file is harmless.
        let _ = fs::remove_file(&temporary);
        return Err(failed(source));
    }
    Ok(true)
}

fn has_content(path: &Path, bytes: &[u8]) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|found| found.is_file() && found.len() == bytes.len() as u64)
        && holds(path, bytes).unwrap_or(false)
}

/// Compares piece by piece: the whole file a second time would be as much memory again.
fn holds(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    let mut file = File::open(path)?;
    let mut piece = vec![0; COMPARED_BYTES.min(bytes.len() + 1)];
    let mut rest = bytes;
    loop {
        let read = file.read(&mut piece)?;
        match rest.split_at_checked(read) {
            _ if read == 0 => return Ok(rest.is_empty()),
            Some((expected, behind)) if expected == &piece[..read] => rest = behind,
            _ => return Ok(false),
        }
    }
}

/// A new empty file in the folder of `path`, with a name that hidden-file rules and globs like `*.json` pass over.
fn create_beside(path: &Path) -> std::io::Result<(File, PathBuf)> {
    for number in 0..MAX_TEMPORARY_NAMES {
        let temporary = path.with_file_name(format!(".cofferdam-{number}.tmp"));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (file, temporary)),
        }
    }
    Err(std::io::Error::new(ErrorKind::AlreadyExists, "too many temporary files in its folder"))
}

#[cfg(unix)]
fn keep_mode(path: &Path, file: &File) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => file.set_permissions(found.permissions()),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn keep_mode(_: &Path, _: &File) -> std::io::Result<()> {
    Ok(())
}
