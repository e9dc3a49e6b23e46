//! `Entry`: one entry of an archive after all checks of its header, on its way to a sink.

use std::time::{Duration, SystemTime};

use crate::EntryPath;

/// What a reader knows of an entry before its content.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) path: EntryPath,
    /// Permission bits, already cut down by [`file_mode`] or [`directory_mode`].
    pub(crate) mode: u32,
    /// When it was modified, never in the future.
    pub(crate) modified: Option<SystemTime>,
    pub(crate) shape: Shape,
}

/// What an entry is, and what is declared of its content.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    File { declared_bytes: u64 },
    Directory,
    Symlink { target: String },
}

/// All that a package may say about permissions: nobody but the owner writes, no set-id or sticky bits.
const MODE_MASK: u32 = 0o755;

/// A file's permission bits: within [`MODE_MASK`], and its owner can always read, replace and delete it.
pub(crate) const fn file_mode(archived: u32) -> u32 {
    archived & MODE_MASK | 0o600
}

/// A folder's permission bits.
pub(crate) const fn directory_mode(archived: u32) -> u32 {
    archived & MODE_MASK | 0o700
}

/// The mode that is reported for links, which have none of their own.
pub(crate) const LINK_MODE: u32 = 0o777;

/// A modification time from seconds of Unix time; what lies after `now` becomes `now`.
pub(crate) fn modified(unix_s: i64, now: SystemTime) -> Option<SystemTime> {
    let distance = Duration::from_secs(unix_s.unsigned_abs());
    let time = if unix_s < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    Some(time?.min(now))
}
