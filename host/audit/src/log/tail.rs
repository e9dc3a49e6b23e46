//! The end of the log: where the next record goes, and what it must name as the one before.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::layout;
use super::lines::{Line, Lines};
use super::record::Link;
use super::{HealedReason, LogError};
use crate::merkle::{Frontier, Hash, leaf_hash};

/// A place in the log right after a record, open for appending.
pub(super) struct Tail {
    folder: PathBuf,
    file: File,
    segment: u64,
    offset: u64,
    frontier: Frontier,
    last: Hash,
}

/// The numbers that say where a tail is; stored with each checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The first record number of the segment.
    pub(super) segment: u64,
    /// The length of the segment in bytes.
    pub(super) offset: u64,
    /// The tree over all records so far.
    pub(super) frontier: Frontier,
    /// The leaf hash of the last record.
    pub(super) last: Hash,
}

impl Place {
    /// Before the first record.
    pub(super) fn start() -> Self {
        Self { segment: 0, offset: 0, frontier: Frontier::default(), last: Hash::ZERO }
    }
}

/// What stands after the last good record and is none.
pub(super) struct Leftover {
    pub(super) reason: HealedReason,
    pub(super) path: PathBuf,
    pub(super) offset: u64,
}

impl Tail {
    /// Opens the segment that `place` is in.
    pub(super) fn open(folder: &Path, place: Place) -> Result<Self, LogError> {
        let file = open_segment(folder, place.segment)?;
        let Place { segment, offset, frontier, last } = place;
        Ok(Self { folder: folder.to_owned(), file, segment, offset, frontier, last })
    }

    /// The number of the next record.
    pub(super) fn sequence(&self) -> u64 {
        self.frontier.size()
    }

    pub(super) fn last(&self) -> Hash {
        self.last
    }

    pub(super) fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    pub(super) fn segment(&self) -> u64 {
        self.segment
    }

    pub(super) fn path(&self) -> PathBuf {
        layout::segment_path(&self.folder, self.segment)
    }

    /// Appends a line that names this tail's last record. On an error nothing of it is left in the
    /// file; the flag says whether even that failed.
    pub(super) fn write(&mut self, line: &[u8]) -> Result<(), (std::io::Error, bool)> {
        if let Err(source) = self.file.write_all(line) {
            let is_broken = self.file.set_len(self.offset).is_err();
            return Err((source, is_broken));
        }
        self.advance(line.strip_suffix(b"\n").unwrap_or(line), line.len() as u64);
        Ok(())
    }

    /// Makes everything written to the segment, by whatever process, durable.
    pub(super) fn sync(&self) -> std::io::Result<()> {
        self.file.sync_data()
    }

    /// Closes the segment and begins the next one, which takes its name from the next record.
    pub(super) fn rotate(&mut self) -> Result<(), LogError> {
        let next = layout::segment_path(&self.folder, self.sequence());
        self.sync().map_err(LogError::io("make durable", &self.path()))?;
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(&next)
            .map_err(LogError::io("create", &next))?;
        layout::sync_folder(&self.folder).map_err(LogError::io("make durable", &self.folder))?;
        (self.file, self.segment, self.offset) = (file, self.sequence(), 0);
        Ok(())
    }

    /// Reads what others have appended, and stops at the first byte that continues nothing.
    pub(super) fn catch_up(&mut self) -> Result<Option<Leftover>, LogError> {
        loop {
            let leftover = self.read_rest_of_segment()?;
            let next = layout::segment_path(&self.folder, self.sequence());
            let has_next = self.sequence() != self.segment
                && next.try_exists().map_err(LogError::io("look for", &next))?;
            match (leftover, has_next) {
                (None, true) => {
                    self.file = open_segment(&self.folder, self.sequence())?;
                    (self.segment, self.offset) = (self.sequence(), 0);
                }
                (Some(_), true) => {
                    return Err(LogError::damaged(
                        &self.path(),
                        format!("no good record follows number {}", self.sequence()),
                    ));
                }
                (leftover, false) => return Ok(leftover),
            }
        }
    }

    fn read_rest_of_segment(&mut self) -> Result<Option<Leftover>, LogError> {
        let path = self.path();
        let length = self.file.metadata().map_err(LogError::io("measure", &path))?.len();
        if length == self.offset {
            return Ok(None);
        }
        if length < self.offset {
            return Err(LogError::damaged(
                &path,
                format!("it has {length} bytes, and had {} when last signed or read", self.offset),
            ));
        }
        let mut lines = Lines::open(&path, self.offset).map_err(LogError::io("read", &path))?;
        while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
            let reason = match line {
                Line::Whole(line) if self.continues(line) => {
                    self.advance(line, line.len() as u64 + 1);
                    continue;
                }
                Line::Torn(_) => HealedReason::IncompleteLine,
                Line::Whole(_) | Line::TooLong => HealedReason::ForeignLines,
            };
            return Ok(Some(Leftover { reason, path, offset: self.offset }));
        }
        Ok(None)
    }

    fn continues(&self, line: &[u8]) -> bool {
        Link::parse(line)
            .is_ok_and(|link| link.sequence == self.sequence() && link.previous == self.last)
    }

    fn advance(&mut self, line: &[u8], bytes: u64) {
        self.last = leaf_hash(line);
        self.frontier.push(self.last);
        self.offset += bytes;
    }
}

fn open_segment(folder: &Path, first: u64) -> Result<File, LogError> {
    let path = layout::segment_path(folder, first);
    OpenOptions::new().read(true).append(true).open(&path).map_err(LogError::io("open", &path))
}
