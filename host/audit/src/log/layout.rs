//! The files of a log's folder and their names.
//!
//! ```text
//! records-00000000000000000000.jsonl   records from number 0 on (a segment)
//! records-00000000000000012345.jsonl   the next segment
//! checkpoints.jsonl                    signed checkpoints, oldest first
//! torn-line-0123456789abcdef.bin       bytes that were cut off while healing
//! healing-line-0123456789abcdef.bin    the same, not on record yet
//! lock                                 held while something is appended
//! ```

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file of signed checkpoints.
pub(super) const CHECKPOINTS: &str = "checkpoints.jsonl";
/// Locked (flock) around every append; empty.
pub(super) const LOCK: &str = "lock";
/// What was cut off and is on record.
pub(super) const TORN_PREFIX: &str = "torn-";
/// What was cut off and is not on record yet.
pub(super) const HEALING_PREFIX: &str = "healing-";

const SEGMENT_PREFIX: &str = "records-";
const SEGMENT_SUFFIX: &str = ".jsonl";
/// As many digits as the largest 64-bit number has, so that names sort like numbers.
const SEGMENT_DIGITS: usize = 20;

/// The name of the segment that begins with record `first`.
pub(super) fn segment_name(first: u64) -> String {
    format!("{SEGMENT_PREFIX}{first:020}{SEGMENT_SUFFIX}")
}

pub(super) fn segment_path(folder: &Path, first: u64) -> PathBuf {
    folder.join(segment_name(first))
}

/// The first record numbers of all segments, ascending.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<u64>> {
    let mut found: Vec<u64> =
        names(folder)?.iter().filter_map(|name| parse_segment_name(name)).collect();
    found.sort_unstable();
    Ok(found)
}

/// The names in the folder that begin with `prefix`, sorted.
pub(super) fn names_with_prefix(folder: &Path, prefix: &str) -> io::Result<Vec<String>> {
    let mut found = names(folder)?;
    found.retain(|name| name.starts_with(prefix));
    found.sort_unstable();
    Ok(found)
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let names = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().into_string().unwrap_or_default()))
        .collect::<io::Result<_>>()?;
    Ok(names)
}

fn parse_segment_name(name: &str) -> Option<u64> {
    let digits = name.strip_prefix(SEGMENT_PREFIX)?.strip_suffix(SEGMENT_SUFFIX)?;
    (digits.len() == SEGMENT_DIGITS).then(|| digits.parse().ok())?
}

/// Makes new and renamed files of the folder durable.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// NTFS journals its folders; there is nothing to call.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes a file so that it is, after a crash too, either there as a whole or not at all.
pub(super) fn write_atomically(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = (|| {
        let mut file = File::create(&temporary)?;
        io::Write::write_all(&mut file, content)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // Nothing half-written stays; the first error is the one that counts.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")))
}
