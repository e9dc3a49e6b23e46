//! The disk while a hook runs, as the supervisor sees it: what holds when the worker's own counts
//! cannot be believed any more.
//!
//! The worker counts exactly, before anything is written. A hook that broke out of WebAssembly is
//! past these counts. So the kernel is asked as well, every few milliseconds, with some room for
//! what the worker writes itself:
//!
//! * how many bytes the process has written with calls, and there is no other way to write, as
//!   the system call filter lets it map no file for writing and reserve no space;
//! * how many files the file system has more than before. Others make files too, so that when
//!   there are many more, those in the hook's folders that are new are counted. Others remove
//!   files as well, which hides what the hook makes: so they are counted now and then anyhow.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cofferdam_capability::{Access, Grant, LimitName, Limits};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, StatxFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process};

/// How often to look. Written at two gigabytes a second, forty megabytes are too much by then.
const INTERVAL: Duration = Duration::from_millis(20);

/// How long files are not counted when their number does not ask for it, at least.
const COUNT_INTERVAL: Duration = Duration::from_millis(250);

/// The same as a multiple of what the last count took: a twentieth of the time goes into it.
const COUNT_INTERVAL_PER_COUNT: u32 = 20;

/// What the process may write besides what the hook does: images of memory, messages.
const MARGIN_BYTES: u64 = 64 * 1024 * 1024;

/// Images of memory hold what the module's data do, with gaps of at most as much again.
const IMAGE_BYTES_PER_MODULE_BYTE: u64 = 2;

/// How many files others may make meanwhile before those of the hook are counted.
const MARGIN_FILES: u64 = 1000;

/// How deep the count goes.
const MAX_DEPTH: usize = 256;

/// What comes of listing a folder that somebody else has removed or replaced since it was seen. The worker
/// itself is held still, and can hide nothing by that.
const REPLACED_MEANWHILE: [Errno; 3] = [Errno::NOENT, Errno::NOTDIR, Errno::LOOP];

/// The unit of the blocks that a file takes, whatever the file system's own is.
const BLOCK_BYTES: u64 = 512;

/// Watches one run.
#[derive(Debug)]
pub(super) struct DiskWatch {
    worker: Option<Pid>,
    /// What the kernel says of the process's reading and writing.
    calls: Option<File>,
    /// What the process may write with calls.
    calls_limit: u64,
    bytes_limit: u64,
    files_limit: u64,
    /// The folders that the hook may write to.
    folders: Vec<WatchedFolder>,
    began: SystemTime,
    next_look: Instant,
    /// When files are counted although there seem to be no more.
    next_count: Instant,
}

#[derive(Debug)]
struct WatchedFolder {
    folder: File,
    /// What its file system had when there was nothing to find.
    before: Option<Usage>,
}

/// What is on a file system, or in folders.
#[derive(Debug, Clone, Copy, Default)]
struct Usage {
    bytes: u64,
    files: u64,
}

impl DiskWatch {
    /// Begins to watch a worker that has not been told its task. `folders` are the enclosure and
    /// the further ones of the grant, in its order.
    pub(super) fn new(pid: u32, folders: &[File], grant: &Grant, module_bytes: u64) -> Self {
        let limits = grant.limits();
        let terms = grant.terms();
        let further = terms.folders.iter().map(|folder| folder.access);
        let accesses = std::iter::once(terms.enclosure).chain(further);
        let watched = folders.iter().zip(accesses).filter(|(_, a)| *a == Access::ReadWrite);
        Self {
            worker: i32::try_from(pid).ok().and_then(Pid::from_raw),
            // Without it, files are counted in the folders alone.
            calls: File::open(format!("/proc/{pid}/io")).ok(),
            calls_limit: calls_limit(limits, module_bytes),
            bytes_limit: limits.get(LimitName::WrittenBytes),
            files_limit: limits.get(LimitName::FilesCreated),
            folders: watched.filter_map(|(folder, _)| WatchedFolder::new(folder)).collect(),
            began: SystemTime::now(),
            next_look: Instant::now() + INTERVAL,
            next_count: Instant::now() + COUNT_INTERVAL,
        }
    }

    /// Looks, when it is time to. Returns the limit that the worker is past.
    pub(super) fn look(&mut self) -> Option<LimitName> {
        let now = Instant::now();
        if now < self.next_look {
            return None;
        }
        self.next_look = now + INTERVAL;
        if self.calls.as_ref().and_then(written_by_calls) > Some(self.calls_limit) {
            return Some(LimitName::WrittenBytes);
        }
        let most = Usage {
            bytes: self.bytes_limit.saturating_add(MARGIN_BYTES),
            files: self.files_limit.saturating_add(MARGIN_FILES),
        };
        let has_grown = self.folders.iter().any(|folder| folder.has_grown_by(most));
        if !has_grown && now < self.next_count {
            return None;
        }
        let found = self.count(most);
        let took = now.elapsed();
        self.next_count = now + took + COUNT_INTERVAL.max(took * COUNT_INTERVAL_PER_COUNT);
        found
    }

    /// Counts what is new in the folders, while the worker is held still: it would be quicker.
    fn count(&mut self, most: Usage) -> Option<LimitName> {
        let signal = |signal| self.worker.map(|worker| kill_process(worker, signal));
        signal(Signal::STOP);
        let mut new = Usage::default();
        for watched in &self.folders {
            // What could not be listed to its end was counted as far as it could.
            let _ = list(watched.folder.as_fd(), c".")
                .and_then(|listing| count_new(listing, self.began, most, &mut new, MAX_DEPTH));
        }
        signal(Signal::CONT);
        if new.files > most.files {
            return Some(LimitName::FilesCreated);
        }
        if new.bytes > most.bytes {
            return Some(LimitName::WrittenBytes);
        }
        // It was somebody else. Look again when as much has come on top of it.
        for watched in &mut self.folders {
            watched.before = usage(&watched.folder).ok();
        }
        None
    }
}

/// What a process may write with calls when its hook is within its limits.
fn calls_limit(limits: &Limits, module_bytes: u64) -> u64 {
    [LimitName::WrittenBytes, LimitName::OutputBytes, LimitName::OutputVariableBytes]
        .iter()
        .fold(MARGIN_BYTES, |sum, limit| sum.saturating_add(limits.get(*limit)))
        .saturating_add(module_bytes.saturating_mul(IMAGE_BYTES_PER_MODULE_BYTE))
}

/// The bytes that a process has written with calls so far; `None` when nobody says.
fn written_by_calls(io: &File) -> Option<u64> {
    let mut text = [0; 512];
    let length = io.read_at(&mut text, 0).ok()?;
    let text = std::str::from_utf8(&text[..length]).ok()?;
    text.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok())
}

impl WatchedFolder {
    fn new(folder: &File) -> Option<Self> {
        let folder = folder.try_clone().ok()?;
        let before = usage(&folder).ok();
        Some(Self { folder, before })
    }

    fn has_grown_by(&self, most: Usage) -> bool {
        let (Some(before), Ok(now)) = (self.before, usage(&self.folder)) else { return false };
        now.files.saturating_sub(before.files) > most.files
            || now.bytes.saturating_sub(before.bytes) > most.bytes
    }
}

/// What is on the file system of a folder. Some have no count of files; it stays nought.
fn usage(folder: &File) -> io::Result<Usage> {
    let found = rustix::fs::fstatvfs(folder)?;
    Ok(Usage {
        bytes: found.f_blocks.saturating_sub(found.f_bfree).saturating_mul(found.f_frsize),
        files: found.f_files.saturating_sub(found.f_ffree),
    })
}

/// Adds up what is new below a folder, until it is too much. A new folder that cannot be listed,
/// or is deeper than anybody needs, is too much by itself: no hook can make one, only native code.
fn count_new(
    mut listing: Dir,
    since: SystemTime,
    most: Usage,
    sum: &mut Usage,
    depth: usize,
) -> Result<(), Errno> {
    while let Some(entry) = listing.read() {
        let entry = entry?;
        let folder = listing.fd()?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let wanted = StatxFlags::BASIC_STATS | StatxFlags::BTIME;
        let Ok(found) = rustix::fs::statx(folder, name, AtFlags::SYMLINK_NOFOLLOW, wanted) else {
            continue; // removed meanwhile
        };
        let has_birth = StatxFlags::from_bits_retain(found.stx_mask).contains(StatxFlags::BTIME);
        let changed = found.stx_ctime;
        let made = if has_birth { found.stx_btime } else { changed };
        let is_new = is_since(made.tv_sec, made.tv_nsec, since);
        sum.files += u64::from(is_new);
        if is_since(changed.tv_sec, changed.tv_nsec, since) {
            sum.bytes = sum.bytes.saturating_add(found.stx_blocks.saturating_mul(BLOCK_BYTES));
        }
        if FileType::from_raw_mode(found.stx_mode.into()).is_dir() {
            let counted = match depth {
                0 => Err(Errno::NAMETOOLONG),
                _ => list(folder, name)
                    .and_then(|below| count_new(below, since, most, sum, depth - 1)),
            };
            if is_new && counted.is_err_and(|error| !REPLACED_MEANWHILE.contains(&error)) {
                sum.files = u64::MAX;
            }
        }
        if sum.files > most.files || sum.bytes > most.bytes {
            break;
        }
    }
    Ok(())
}

/// Opens a folder to list it, whatever it was opened for before.
fn list(parent: BorrowedFd<'_>, name: &CStr) -> Result<Dir, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Dir::new(rustix::fs::openat(parent, name, flags, Mode::empty())?)
}

fn is_since(seconds: i64, nanoseconds: u32, since: SystemTime) -> bool {
    let since = since.duration_since(UNIX_EPOCH).unwrap_or_default();
    (seconds, nanoseconds)
        >= (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_others_remove_meanwhile_are_not_too_much() {
        let folder = tempfile::tempdir().unwrap();
        let open = File::open(folder.path()).unwrap();
        let most = Usage { bytes: u64::MAX, files: 1_000 };
        std::thread::scope(|scope| {
            let other = scope.spawn(|| {
                let path = folder.path().join("contested");
                for _ in 0..500 {
                    std::fs::create_dir_all(path.join("below")).unwrap();
                    std::fs::remove_dir_all(&path).unwrap();
                }
            });
            while !other.is_finished() {
                let mut new = Usage::default();
                let listing = list(open.as_fd(), c".").unwrap();
                count_new(listing, UNIX_EPOCH, most, &mut new, MAX_DEPTH).unwrap();
                assert!(new.files <= most.files, "{} files", new.files);
            }
        });
    }
}
