//! `checkpoints.jsonl`: each signed checkpoint, with what is needed to go on appending from it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::layout::CHECKPOINTS;
use super::lines::{Line, Lines};
use super::tail::{Leftover, Place};
use super::{HealedReason, LogError};
use crate::canonical::canonical_json;
use crate::merkle::{Frontier, Hash, SignedCheckpoint};

/// More than two lines of this file can have: 64 peaks and a note with one signature.
const LAST_LINES_BYTES: u64 = 64 * 1024;

/// One line of the file, as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredLine {
    last: Hash,
    note: String,
    offset: u64,
    peaks: Vec<Hash>,
    segment: u64,
}

/// A checkpoint and the place in the log that it was made at. Only the checkpoint is signed; the
/// place can be recomputed from the records, and verification does.
#[derive(Clone, Debug)]
pub(super) struct StoredCheckpoint {
    pub(super) signed: SignedCheckpoint,
    pub(super) place: Place,
}

impl StoredCheckpoint {
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(line).map_err(|_| String::from("it is not UTF-8"))?;
        let line: StoredLine = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let signed = SignedCheckpoint::parse(&line.note).map_err(|error| error.to_string())?;
        let frontier = Frontier::from_parts(signed.checkpoint.size, line.peaks)
            .ok_or("its peaks do not fit its size")?;
        let place = Place { segment: line.segment, offset: line.offset, frontier, last: line.last };
        Ok(Self { signed, place })
    }

    fn encode(&self) -> Result<Vec<u8>, LogError> {
        let line = StoredLine {
            last: self.place.last,
            note: self.signed.to_string(),
            offset: self.place.offset,
            peaks: self.place.frontier.peaks().to_vec(),
            segment: self.place.segment,
        };
        let mut line = serde_json::to_value(line)
            .map_err(Into::into)
            .and_then(|line| canonical_json(&line))
            .map_err(|source| LogError::Payload { kind: String::from("checkpoint"), source })?;
        line.push(b'\n');
        Ok(line)
    }
}

/// The file, open for appending.
pub(super) struct CheckpointFile {
    path: PathBuf,
    file: File,
    /// How much of it has been read.
    known_bytes: u64,
    latest: Option<StoredCheckpoint>,
}

impl CheckpointFile {
    /// Opens or creates the file; nothing is read yet.
    pub(super) fn open(folder: &Path) -> Result<Self, LogError> {
        let path = folder.join(CHECKPOINTS);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(LogError::io("open", &path))?;
        Ok(Self { path, file, known_bytes: 0, latest: None })
    }

    pub(super) fn latest(&self) -> Option<&StoredCheckpoint> {
        self.latest.as_ref()
    }

    /// Reads what others have appended; an unfinished last line is returned to be cut off.
    pub(super) fn catch_up(&mut self) -> Result<Option<Leftover>, LogError> {
        let length = self.file.metadata().map_err(LogError::io("measure", &self.path))?.len();
        if length == self.known_bytes {
            return Ok(None);
        }
        if length < self.known_bytes {
            return Err(LogError::damaged(&self.path, "it has become shorter"));
        }
        let mut offset = match self.known_bytes {
            0 => near_end(&self.path, length).map_err(LogError::io("read", &self.path))?,
            known => known,
        };
        let mut lines =
            Lines::open(&self.path, offset).map_err(LogError::io("read", &self.path))?;
        let mut latest = None;
        let mut leftover = None;
        while let Some(line) = lines.next().map_err(LogError::io("read", &self.path))? {
            match line {
                Line::Whole(line) => latest = Some(line.to_vec()),
                Line::TooLong => return Err(LogError::damaged(&self.path, "a line is too long")),
                Line::Torn(_) => {
                    leftover = Some(Leftover {
                        reason: HealedReason::IncompleteCheckpoint,
                        path: self.path.clone(),
                        offset,
                    });
                    break;
                }
            }
            offset = lines.offset();
        }
        if let Some(line) = latest {
            let stored = StoredCheckpoint::parse(&line)
                .map_err(|reason| LogError::damaged(&self.path, reason))?;
            self.latest = Some(stored);
        }
        self.known_bytes = offset;
        Ok(leftover)
    }

    /// Appends a checkpoint and makes it durable; on an error nothing of it is left.
    pub(super) fn append(&mut self, stored: StoredCheckpoint) -> Result<(), LogError> {
        let line = stored.encode()?;
        if let Err(source) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            // If this fails too, the rest is healed by whoever opens the log next.
            let _ = self.file.set_len(self.known_bytes);
            return Err(LogError::Io { action: "write", path: self.path.clone(), source });
        }
        self.known_bytes += line.len() as u64;
        self.latest = Some(stored);
        Ok(())
    }
}

/// Where to begin reading to see the last whole line, without reading a file of years.
fn near_end(path: &Path, length: u64) -> std::io::Result<u64> {
    let Some(start) = length.checked_sub(LAST_LINES_BYTES) else { return Ok(0) };
    let mut lines = Lines::open(path, start)?;
    // Most likely the middle of a line.
    lines.next()?;
    Ok(lines.offset())
}

/// The newest whole checkpoint in a log's folder, not verified; `None` if there is none.
///
/// # Errors
/// [`LogError`] when the file cannot be read or its last line is no checkpoint.
pub fn latest_checkpoint(folder: &Path) -> Result<Option<SignedCheckpoint>, LogError> {
    let path = folder.join(CHECKPOINTS);
    let mut lines = match Lines::open(&path, 0) {
        Ok(lines) => lines,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(LogError::io("read", &path)(error)),
    };
    let mut latest = None;
    while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
        if let Line::Whole(line) = line {
            latest = Some(line.to_vec());
        }
    }
    let parse = |line: Vec<u8>| {
        StoredCheckpoint::parse(&line)
            .map(|stored| stored.signed)
            .map_err(|reason| LogError::damaged(&path, reason))
    };
    latest.map(parse).transpose()
}
