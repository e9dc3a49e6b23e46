//! `free_space`: how much may still be written to a file system.

use std::io;
use std::path::Path;

/// Bytes that this user may still write where `folder` is.
///
/// # Errors
/// What the operating system answers.
#[cfg(unix)]
pub fn free_space(folder: &Path) -> io::Result<u64> {
    let facts = rustix::fs::statvfs(folder)?;
    Ok(facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// Not known on this operating system.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn free_space(_folder: &Path) -> io::Result<u64> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}
