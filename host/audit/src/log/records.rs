//! Reading a log: records in order, filtered.

use std::path::{Path, PathBuf};

use super::lines::{Line, Lines};
use super::{LogError, Record, layout};
use crate::timestamp::format_time;

/// Which records to return; an empty filter returns all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this deployment.
    pub deployment: Option<String>,
    /// Only those of these kinds; empty means all kinds.
    pub kinds: Vec<String>,
    /// Only those from this number on.
    pub from_sequence: u64,
    /// Only those written at or after this time.
    pub since: Option<time::OffsetDateTime>,
    /// Only those written before this time.
    pub until: Option<time::OffsetDateTime>,
}

impl Filter {
    /// Whether a record passes.
    #[must_use]
    pub fn accepts(&self, record: &Record) -> bool {
        // Times have one spelling, so they compare as strings.
        record.sequence >= self.from_sequence
            && self.deployment.as_ref().is_none_or(|id| record.deployment.as_ref() == Some(id))
            && (self.kinds.is_empty() || self.kinds.contains(&record.kind))
            && self.since.is_none_or(|since| record.time >= format_time(since))
            && self.until.is_none_or(|until| record.time < format_time(until))
    }
}

/// An iterator over the records of a log, oldest first. Reading verifies nothing.
///
/// A line that is being written, or was left torn, ends the iteration quietly; a line that is no
/// record is an error, after which the iteration goes on with the next line; a file that cannot be
/// read is an error, after which it goes on with the next segment.
pub struct Records {
    folder: PathBuf,
    segments: std::vec::IntoIter<u64>,
    current: Option<(PathBuf, Lines)>,
    filter: Filter,
}

impl Records {
    /// Opens the log in `folder` for reading.
    ///
    /// # Errors
    /// [`LogError::NoLog`] when there is none.
    pub fn open(folder: &Path, filter: Filter) -> Result<Self, LogError> {
        let mut segments = layout::segments(folder).map_err(LogError::io("list", folder))?;
        if segments.is_empty() {
            return Err(LogError::NoLog { path: folder.to_owned() });
        }
        // Segments that end before the first wanted record need not be read.
        let skip = segments.partition_point(|first| *first <= filter.from_sequence);
        segments.drain(..skip.saturating_sub(1));
        Ok(Self {
            folder: folder.to_owned(),
            segments: segments.into_iter(),
            current: None,
            filter,
        })
    }

    fn next_record(&mut self) -> Result<Option<Record>, LogError> {
        loop {
            if self.current.is_none() {
                let Some(first) = self.segments.next() else { return Ok(None) };
                let path = layout::segment_path(&self.folder, first);
                let lines = Lines::open(&path, 0).map_err(LogError::io("open", &path))?;
                self.current = Some((path, lines));
            }
            let Some((path, lines)) = &mut self.current else { return Ok(None) };
            let line = match lines.next() {
                Ok(line) => line,
                Err(source) => {
                    let error = LogError::io("read", path)(source);
                    // Asking again would fail again, without end.
                    self.current = None;
                    return Err(error);
                }
            };
            match line {
                Some(Line::Whole(line)) => {
                    let record = parse_record(path, line)?;
                    if self.filter.accepts(&record) {
                        return Ok(Some(record));
                    }
                }
                Some(Line::TooLong) => return Err(LogError::damaged(path, "a line is too long")),
                Some(Line::Torn(_)) | None => self.current = None,
            }
        }
    }
}

impl Iterator for Records {
    type Item = Result<Record, LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_record().transpose()
    }
}

pub(super) fn parse_record(path: &Path, line: &[u8]) -> Result<Record, LogError> {
    serde_json::from_slice(line)
        .map_err(|error| LogError::damaged(path, format!("a line is no record: {error}")))
}
