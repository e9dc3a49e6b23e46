//! `PackageReader`: the package's bytes from first to last, hashed and counted on the way.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};

use crate::archive::Archive;
use crate::fault::Fault;
use crate::{Sha256Digest, platform};

/// Bytes that are read, decoded and handed on at a time. Large enough that channels and system calls cost
/// nothing, small enough that a few of them stay in the processor's cache.
pub(crate) const CHUNK_BYTES: usize = 256 << 10;

/// Reads an archive from its first byte; several may read the same archive at once.
#[derive(Debug)]
pub(crate) struct PackageReader<'a> {
    file: &'a File,
    expected: u64,
    offset: u64,
    hasher: Sha256,
    counter: &'a AtomicU64,
    failure: Option<io::Error>,
}

impl<'a> PackageReader<'a> {
    /// `counter` follows how many bytes were read.
    pub(crate) fn new(archive: &'a Archive, counter: &'a AtomicU64) -> Self {
        Self {
            file: &archive.file,
            expected: archive.bytes,
            offset: 0,
            hasher: Sha256::new(),
            counter,
            failure: None,
        }
    }

    /// How many bytes were read.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// How many bytes the package had when it was opened.
    pub(crate) fn expected_bytes(&self) -> u64 {
        self.expected
    }

    /// Fills `buffer` with the next bytes, which the package has unless somebody cuts it off meanwhile.
    pub(crate) fn fill(&mut self, buffer: &mut [u8]) -> Result<(), Fault> {
        self.read_exact(buffer).map_err(|error| match self.failure.take() {
            Some(failure) => Fault::Read(failure),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Fault::PackageChanged,
            None => Fault::Read(error),
        })
    }

    /// Reads what is left and gives the digest of the whole package, unless `stop` becomes true meanwhile.
    pub(crate) fn finish(mut self, stop: &AtomicBool) -> Result<Sha256Digest, Fault> {
        let mut buffer = vec![0; CHUNK_BYTES];
        while self
            .read(&mut buffer)
            .map_err(|error| self.failure.take().unwrap_or(error))
            .map_err(Fault::Read)?
            > 0
        {
            if stop.load(Ordering::Relaxed) {
                return Err(Fault::Cancelled);
            }
        }
        if self.offset != self.expected {
            return Err(Fault::PackageChanged);
        }
        Ok(Sha256Digest::from_bytes(self.hasher.finalize().into()))
    }

    /// The operating system's error, if it was that which made a decoder fail.
    pub(crate) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }
}

impl Read for PackageReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match platform::read_at(self.file, buffer, self.offset) {
                Ok(count) => {
                    self.hasher.update(&buffer[..count]);
                    self.offset += count as u64;
                    self.counter.store(self.offset, Ordering::Relaxed);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    self.failure = Some(error);
                    return Err(kind.into());
                }
            }
        }
    }
}
