//! Following a log while others append to it.

use std::path::{Path, PathBuf};

use super::lines::{Line, Lines};
use super::records::parse_record;
use super::{Filter, LogError, Record, layout};

/// Returns, each time it is asked, the records that have been written since.
///
/// It does not wait: call [`Follower::poll`] as often as news are wanted.
pub struct Follower {
    folder: PathBuf,
    segment: u64,
    offset: u64,
    next_sequence: u64,
    filter: Filter,
}

impl Follower {
    /// Begins with the first record that passes `filter`, or with what comes next if
    /// `from_now_on`.
    ///
    /// # Errors
    /// [`LogError::NoLog`] when there is none, and what [`Follower::poll`] says.
    pub fn open(folder: &Path, filter: Filter, from_now_on: bool) -> Result<Self, LogError> {
        let segments = layout::segments(folder).map_err(LogError::io("list", folder))?;
        let wanted = if from_now_on { u64::MAX } else { filter.from_sequence };
        let Some(segment) = segments.iter().copied().filter(|first| *first <= wanted).max() else {
            return Err(LogError::NoLog { path: folder.to_owned() });
        };
        let folder = folder.to_owned();
        let mut follower = Self { folder, segment, offset: 0, next_sequence: segment, filter };
        if from_now_on {
            follower.poll()?;
        }
        Ok(follower)
    }

    /// The records since the last call. A line that is still being written comes the next time.
    ///
    /// # Errors
    /// [`LogError`] when a file cannot be read or a line is no record.
    pub fn poll(&mut self) -> Result<Vec<Record>, LogError> {
        let mut news = Vec::new();
        loop {
            let path = layout::segment_path(&self.folder, self.segment);
            let mut lines = Lines::open(&path, self.offset).map_err(LogError::io("read", &path))?;
            while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
                let Line::Whole(line) = line else { break };
                let record = parse_record(&path, line)?;
                self.offset += line.len() as u64 + 1;
                self.next_sequence = record.sequence.saturating_add(1);
                if self.filter.accepts(&record) {
                    news.push(record);
                }
            }
            let next = layout::segment_path(&self.folder, self.next_sequence);
            let is_rotated = self.next_sequence != self.segment
                && next.try_exists().map_err(LogError::io("look for", &next))?;
            if !is_rotated {
                return Ok(news);
            }
            (self.segment, self.offset) = (self.next_sequence, 0);
        }
    }
}
