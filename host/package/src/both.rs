//! `Both`: a sink that hands everything on to two sinks.

use crate::Sha256Digest;
use crate::entry::Entry;
use crate::fault::Fault;
use crate::sink::Sink;

/// Hands everything to the first sink, then to the second.
#[derive(Debug)]
pub(crate) struct Both<A, B>(pub(crate) A, pub(crate) B);

impl<A: Sink, B: Sink> Sink for Both<A, B> {
    fn directory(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.0.directory(entry)?;
        self.1.directory(entry)
    }

    fn prepare(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.0.prepare(entry)?;
        self.1.prepare(entry)
    }

    fn begin(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.0.begin(entry)?;
        self.1.begin(entry)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.0.write(bytes)?;
        self.1.write(bytes)
    }

    fn end(&mut self, entry: &Entry, sha256: Sha256Digest) -> Result<(), Fault> {
        self.0.end(entry, sha256)?;
        self.1.end(entry, sha256)
    }

    fn beside(&self) -> Self {
        Self(self.0.beside(), self.1.beside())
    }

    fn absorb(&mut self, other: Self) {
        self.0.absorb(other.0);
        self.1.absorb(other.1);
    }
}
