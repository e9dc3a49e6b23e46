//! The root directory of workers that need no files: a folder that is empty for ever.

use std::fs::File;
use std::io;
use std::path::Path;

/// An open folder that was removed: nothing can be put into it, and nothing is above it. It is made
/// in a folder of this user's alone. `None` where folders are not handed over open.
#[cfg(unix)]
pub(super) fn empty_root(place: &Path) -> io::Result<Option<File>> {
    use std::sync::atomic::{AtomicU64, Ordering};

    static NEXT: AtomicU64 = AtomicU64::new(0);
    let path = loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = place.join(format!("root-{}-{number}", std::process::id()));
        match std::fs::create_dir(&path) {
            // Left behind by a process of the same number that was killed, or of another machine.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => break made.map(|()| path)?,
        }
    };
    let opened = File::open(&path);
    std::fs::remove_dir(&path)?;
    opened.map(Some)
}

/// None.
#[cfg(not(unix))]
pub(super) fn empty_root(_place: &Path) -> io::Result<Option<File>> {
    Ok(None)
}
