//! Reading a file line by line within a fixed memory bound.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::record::MAX_RECORD_BYTES;

/// One read of this size serves a few hundred records.
const BUFFER_BYTES: usize = 256 * 1024;

/// What comes next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A line, without its line end.
    Whole(&'a [u8]),
    /// The last bytes of the file, which no line end follows.
    Torn(&'a [u8]),
    /// A line over [`MAX_RECORD_BYTES`]; it was skipped.
    TooLong,
}

/// A reader of lines that knows where it is.
pub(super) struct Lines {
    reader: BufReader<File>,
    buffer: Vec<u8>,
    offset: u64,
}

impl Lines {
    /// Opens `path` at `offset`, which must be the start of a line.
    pub(super) fn open(path: &Path, offset: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let reader = BufReader::with_capacity(BUFFER_BYTES, file);
        Ok(Self { reader, buffer: Vec::new(), offset })
    }

    /// The byte after the last line that was returned.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next line; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        // One byte more than a whole line may have, to tell a long line from a torn one.
        let limit = MAX_RECORD_BYTES as u64 + 2;
        let read = (&mut self.reader).take(limit).read_until(b'\n', &mut self.buffer)?;
        self.offset += read as u64;
        if read == 0 {
            return Ok(None);
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
            return Ok(Some(if self.buffer.len() > MAX_RECORD_BYTES {
                Line::TooLong
            } else {
                Line::Whole(&self.buffer)
            }));
        }
        if self.buffer.len() <= MAX_RECORD_BYTES {
            return Ok(Some(Line::Torn(&self.buffer)));
        }
        self.skip_to_line_end()?;
        Ok(Some(Line::TooLong))
    }

    fn skip_to_line_end(&mut self) -> io::Result<()> {
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                return Ok(());
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let used = end.map_or(available.len(), |end| end + 1);
            self.reader.consume(used);
            self.offset += used as u64;
            if end.is_some() {
                return Ok(());
            }
        }
    }
}
