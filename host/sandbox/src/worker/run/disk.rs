//! What a hook does to the disk, counted while it does it.

use std::sync::atomic::{AtomicU64, Ordering};

use cofferdam_capability::{LimitName, Limits};

use super::stop::LimitReached;

/// The counters of one run, and their limits.
#[derive(Debug)]
pub(super) struct Disk {
    written: AtomicU64,
    written_limit: u64,
    created: AtomicU64,
    created_limit: u64,
    open: AtomicU64,
    open_limit: u64,
    depth_limit: u64,
}

impl Disk {
    /// Nothing written, created or opened yet.
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            written: AtomicU64::new(0),
            written_limit: limits.get(LimitName::WrittenBytes),
            created: AtomicU64::new(0),
            created_limit: limits.get(LimitName::FilesCreated),
            open: AtomicU64::new(0),
            open_limit: limits.get(LimitName::OpenFiles),
            depth_limit: limits.get(LimitName::PathDepth),
        }
    }

    /// Counts bytes before they are written.
    pub(super) fn write(&self, bytes: u64) -> Result<(), LimitReached> {
        count(&self.written, bytes, self.written_limit, LimitName::WrittenBytes)
    }

    /// Takes back bytes that were counted and not written after all.
    pub(super) fn unwrite(&self, bytes: u64) {
        self.written.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts the bytes between the end of a file and a position behind it: written there, the
    /// file grows by them as well.
    pub(super) fn grow(&self, size: u64, to: u64) -> Result<(), LimitReached> {
        self.write(to.saturating_sub(size))
    }

    /// Counts a file, folder or link before it is created.
    pub(super) fn create(&self) -> Result<(), LimitReached> {
        count(&self.created, 1, self.created_limit, LimitName::FilesCreated)
    }

    /// Takes back a creation that came to nothing.
    pub(super) fn uncreate(&self) {
        self.created.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts a descriptor before it is opened.
    pub(super) fn open(&self) -> Result<(), LimitReached> {
        count(&self.open, 1, self.open_limit, LimitName::OpenFiles)
    }

    /// Counts a descriptor that was closed, or not opened after all.
    pub(super) fn close(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Checks how deep a path leads, from a folder that is itself so many parts deep. Returns the
    /// depth of what it names.
    pub(super) fn depth(&self, folder: u64, path: &str) -> Result<u64, LimitReached> {
        let mut depth = folder;
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => depth = depth.saturating_sub(1),
                _ => depth += 1,
            }
            if depth > self.depth_limit {
                return Err(LimitReached(LimitName::PathDepth));
            }
        }
        Ok(depth)
    }

    /// What was written and created so far.
    pub(super) fn totals(&self) -> (u64, u64) {
        (self.written.load(Ordering::Relaxed), self.created.load(Ordering::Relaxed))
    }
}

/// Adds to a counter, unless it would exceed its limit.
fn count(counter: &AtomicU64, by: u64, limit: u64, name: LimitName) -> Result<(), LimitReached> {
    counter
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| {
            now.checked_add(by).filter(|sum| *sum <= limit)
        })
        .map(|_| ())
        .map_err(|_| LimitReached(name))
}

/// Whether a link at `path` with this target stays below its root. `folder` is the depth of the
/// folder that `path` is relative to.
///
/// Decided by the text alone: what is there now may be something else when the link is followed.
pub(super) fn link_stays_inside(folder: u64, path: &str, target: &str) -> bool {
    if target.starts_with('/') {
        return false;
    }
    let parent = path.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent);
    let mut depth = folder;
    for part in parent.split('/').chain(target.split('/')) {
        match part {
            "" | "." => {}
            ".." => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => depth += 1,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_filled_and_not_exceeded() {
        let mut limits = Limits::default();
        limits.set(LimitName::WrittenBytes, 10);
        let disk = Disk::new(&limits);
        disk.write(10).unwrap();
        assert_eq!(disk.write(1), Err(LimitReached(LimitName::WrittenBytes)));
        assert_eq!(disk.write(u64::MAX), Err(LimitReached(LimitName::WrittenBytes)));
        disk.unwrite(4);
        disk.grow(100, 104).unwrap();
        assert_eq!(disk.totals(), (10, 0));
    }

    #[test]
    fn depth_is_counted_from_the_root() {
        let mut limits = Limits::default();
        limits.set(LimitName::PathDepth, 3);
        let disk = Disk::new(&limits);
        assert_eq!(disk.depth(0, "a/./b//c"), Ok(3));
        assert_eq!(disk.depth(2, "x"), Ok(3));
        assert_eq!(disk.depth(2, "x/../y"), Ok(3));
        assert_eq!(disk.depth(2, "x/y"), Err(LimitReached(LimitName::PathDepth)));
    }

    #[test]
    fn links_out_are_told_from_links_in() {
        for (folder, path, target, inside) in [
            (0, "link", "file", true),
            (0, "a/link", "../file", true),
            (0, "link", "..", false),
            (0, "a/link", "../../etc/passwd", false),
            (1, "link", "../file", true),
            (0, "link", "/etc/passwd", false),
            (0, "link", "a/../../b", false),
            (0, "link/", "..", false),
        ] {
            assert_eq!(link_stays_inside(folder, path, target), inside, "{path} -> {target}");
        }
    }
}
