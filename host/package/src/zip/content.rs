//! `Inflater`: one zip entry's content, its size and CRC-32 checked.

use std::fs::File;
use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};

use crate::Damage;
use crate::fault::Fault;
use crate::package_reader::CHUNK_BYTES;
use crate::zip::central::{METHOD_STORED, Record};
use crate::zip::window::Window;

/// Decodes one entry after another, reusing its buffers.
#[derive(Debug)]
pub(crate) struct Inflater {
    state: Decompress,
    input: Window,
    output: Vec<u8>,
}

impl Inflater {
    pub(crate) fn new() -> Self {
        Self {
            state: Decompress::new(false),
            input: Window::new(CHUNK_BYTES),
            output: vec![0; CHUNK_BYTES],
        }
    }

    /// What it reads from. Entries that this holds are not read again.
    pub(crate) fn input(&mut self) -> &mut Window {
        &mut self.input
    }

    /// Hands the content of `record`, which lies at `data`, to `take` in chunks.
    pub(crate) fn read(
        &mut self,
        file: &File,
        record: &Record,
        data: Range<u64>,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.decode(file, record, data, 0..CHUNK_BYTES, take)
    }

    /// Decodes the whole content of `record`, which lies at `data`, behind what is [kept](Self::kept) already, of which
    /// there are `before` bytes. Gives where it ends.
    pub(crate) fn keep(
        &mut self,
        file: &File,
        record: &Record,
        data: Range<u64>,
        before: usize,
    ) -> Result<usize, Fault> {
        let bytes = usize::try_from(record.bytes).map_err(|_| Damage::Truncated)?;
        let end = before.saturating_add(bytes);
        // With room for what is declared it comes at once; with room for one byte more, more shows. With more
        // room than that, what is found wrong first would depend on what was decoded before.
        let room = before..end.saturating_add(1);
        if self.output.len() < room.end {
            self.output.resize(room.end, 0);
        }
        self.decode(file, record, data, room, &mut |_| Ok(()))?;
        Ok(end)
    }

    /// What was decoded to be kept, from the first byte on.
    pub(crate) fn kept(&self) -> &[u8] {
        &self.output
    }

    /// Decodes into `room` of the output, and hands it to `take` when it is full and at the end.
    fn decode(
        &mut self,
        file: &File,
        record: &Record,
        data: Range<u64>,
        room: Range<usize>,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut crc = crc32fast::Hasher::new();
        let mut bytes = 0_u64;
        let mut take = |chunk: &[u8]| {
            bytes += chunk.len() as u64;
            if bytes > record.bytes {
                return Err(Damage::LongerThanDeclared { declared: record.bytes }.into());
            }
            crc.update(chunk);
            take(chunk)
        };
        if record.method == METHOD_STORED {
            self.stored(file, data, room, &mut take)?;
        } else {
            self.deflated(file, data, room, &mut take)?;
        }
        if bytes != record.bytes {
            let declared = record.bytes;
            return Err(Damage::ShorterThanDeclared { declared, actual: bytes }.into());
        }
        if crc.finalize() != record.crc32 {
            return Err(Damage::WrongCrc.into());
        }
        Ok(())
    }

    fn stored(
        &mut self,
        file: &File,
        mut data: Range<u64>,
        room: Range<usize>,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let output = &mut self.output[room];
        let mut filled = 0;
        while !data.is_empty() {
            let input = self.input.look(file, data.clone(), data.end)?;
            let count = input.len().min(output.len() - filled);
            output[filled..filled + count].copy_from_slice(&input[..count]);
            data.start += count as u64;
            filled += count;
            if filled == output.len() {
                take(output)?;
                filled = 0;
            }
        }
        if filled > 0 {
            take(&output[..filled])?;
        }
        Ok(())
    }

    fn deflated(
        &mut self,
        file: &File,
        mut data: Range<u64>,
        room: Range<usize>,
        take: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.state.reset(false);
        let output = &mut self.output[room];
        let mut input: &[u8] = &[];
        let mut filled = 0;
        loop {
            if input.is_empty() && !data.is_empty() {
                input = self.input.look(file, data.clone(), data.end)?;
                data.start += input.len() as u64;
            }
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, &mut output[filled..], FlushDecompress::None)
                .map_err(|error| Damage::CorruptStream(error.to_string()))?;
            let (read, written) = (self.state.total_in() - read, self.state.total_out() - written);
            input = &input[usize::try_from(read).unwrap_or_default()..];
            filled += usize::try_from(written).unwrap_or_default();
            if filled == output.len() {
                take(output)?;
                filled = 0;
            }
            match status {
                Status::StreamEnd => break,
                // Neither input nor output moved, and there is no more input: the stream does not end.
                _ if read == 0 && written == 0 && input.is_empty() && data.is_empty() => {
                    return Err(Damage::Truncated.into());
                }
                _ => {}
            }
        }
        if filled > 0 {
            take(&output[..filled])?;
        }
        if !input.is_empty() || !data.is_empty() {
            return Err(Damage::TrailingBytes.into());
        }
        Ok(())
    }
}
