//! The streams on files that components read and write, without threads and with counters.
//!
//! The engine's own do what cannot be done at once in another thread. Workers have none: reading
//! and writing files blocks the hook, as it would block a native program.

use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use super::disk::Disk;

/// The most that is read or written at a time.
const MAX_TRANSFER_BYTES: usize = 64 * 1024;

/// Reads a file from a position on.
pub(super) struct FileReader {
    file: Arc<File>,
    position: u64,
    closed: bool,
}

impl FileReader {
    /// A stream over what follows `position`.
    pub(super) fn new(file: Arc<File>, position: u64) -> Self {
        Self { file, position, closed: false }
    }
}

#[wasmtime_wasi::async_trait]
impl InputStream for FileReader {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if self.closed {
            return Err(StreamError::Closed);
        }
        if size == 0 {
            return Ok(Bytes::new());
        }
        let mut block = BytesMut::zeroed(size.min(MAX_TRANSFER_BYTES));
        match retry(|| read_at(&self.file, &mut block, self.position)) {
            Ok(0) => {
                self.closed = true;
                Err(StreamError::Closed)
            }
            Ok(read) => {
                self.position += read as u64;
                block.truncate(read);
                Ok(block.freeze())
            }
            Err(error) => {
                self.closed = true;
                Err(StreamError::LastOperationFailed(error.into()))
            }
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for FileReader {
    async fn ready(&mut self) {}
}

/// Writes a file from a position on, or at its end.
pub(super) struct FileWriter {
    file: Arc<File>,
    /// `None`: at the end.
    position: Option<u64>,
    disk: Arc<Disk>,
    closed: bool,
}

impl FileWriter {
    /// A stream that writes from `position` on, or at the end.
    pub(super) fn new(file: Arc<File>, position: Option<u64>, disk: Arc<Disk>) -> Self {
        Self { file, position, disk, closed: false }
    }

    fn write_block(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let position = match self.position {
                Some(position) => position,
                None => self.file.metadata()?.len(),
            };
            let written = retry(|| write_at(&self.file, rest, position))?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            if let Some(position) = &mut self.position {
                *position += written as u64;
            }
            rest = &rest[written..];
        }
        Ok(())
    }
}

#[wasmtime_wasi::async_trait]
impl OutputStream for FileWriter {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if self.closed {
            return Err(StreamError::Closed);
        }
        let counted = self.disk.write(bytes.len() as u64);
        counted.map_err(|limit| StreamError::Trap(limit.into()))?;
        self.write_block(&bytes).map_err(|error| {
            self.closed = true;
            StreamError::LastOperationFailed(error.into())
        })
    }

    fn flush(&mut self) -> StreamResult<()> {
        if self.closed { Err(StreamError::Closed) } else { Ok(()) }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        if self.closed { Err(StreamError::Closed) } else { Ok(MAX_TRANSFER_BYTES) }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for FileWriter {
    async fn ready(&mut self) {}
}

/// Repeats what a signal interrupted.
fn retry(mut operation: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match operation() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, block: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, block, position)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::write_at(file, bytes, position)
}

#[cfg(windows)]
fn read_at(file: &File, block: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, block, position)
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_write(file, bytes, position)
}
