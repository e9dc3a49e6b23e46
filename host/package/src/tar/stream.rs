//! The decompressed stream of a tar package: decoded and hashed on one thread, taken in chunks by another.

use std::io::{self, BufReader, Read};

use crate::fault::Fault;
use crate::limits::RATIO_FREE_BYTES;
use crate::package_reader::{CHUNK_BYTES, PackageReader};
use crate::tar::handoff::{Receiver, Sender};
use crate::{Damage, Format, Limit};

/// The largest window that a zstd frame may ask for, as a power of two: 128 MiB, zstd's own default.
/// Frames made with `--long=28` and more are refused, since they decide how much memory reading them takes.
const ZSTD_WINDOW_LOG_MAX: u32 = 27;

/// Decodes `package` to its end, sending chunks until the receiver hangs up.
pub(crate) fn decode(
    package: &mut PackageReader<'_>,
    format: Format,
    package_bytes: u64,
    max_ratio: u64,
    chunks: &Sender<'_>,
) {
    let mut decoded = 0;
    let most = package_bytes.saturating_mul(max_ratio).max(RATIO_FREE_BYTES);
    let outcome = decoder(package, format).and_then(|mut decoder| {
        loop {
            let mut chunk = chunks.used().unwrap_or_default();
            chunk.resize(CHUNK_BYTES, 0);
            let (count, error) = fill(&mut *decoder, &mut chunk);
            chunk.truncate(count);
            decoded += count as u64;
            if decoded > most {
                return Ok(Some(Fault::from(Limit::Ratio(max_ratio))));
            }
            // What was decoded before an error is still looked at: it has the entry to name.
            let receiver_is_gone = count > 0 && !chunks.send(Ok(chunk));
            match error {
                Some(error) => return Err(error),
                None if count == 0 || receiver_is_gone => return Ok(None),
                None => {}
            }
        }
    });
    let fault = match outcome {
        Ok(fault) => fault,
        Err(error) => Some(match package.take_failure() {
            Some(failure) => Fault::Read(failure),
            None => Fault::Damage(damage(&error, decoded > 0)),
        }),
    };
    if let Some(fault) = fault {
        // A receiver that is gone has its own reason.
        chunks.send(Err(fault));
    }
}

fn decoder<'a>(
    package: &'a mut PackageReader<'_>,
    format: Format,
) -> io::Result<Box<dyn Read + 'a>> {
    let buffered = |package| BufReader::with_capacity(CHUNK_BYTES, package);
    Ok(match format {
        Format::TarGz => Box::new(flate2::bufread::MultiGzDecoder::new(buffered(package))),
        Format::TarBz2 => Box::new(bzip2::bufread::MultiBzDecoder::new(buffered(package))),
        Format::TarZst => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(buffered(package))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
        Format::Tar | Format::Zip | Format::Nupkg => Box::new(package),
    })
}

/// Fills `chunk` as far as possible; an error comes with what was read before it.
fn fill(decoder: &mut dyn Read, chunk: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut count = 0;
    while count < chunk.len() {
        match decoder.read(&mut chunk[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Some(error)),
        }
    }
    (count, None)
}

/// What a decoder's error says about the package. After some output, "this does not begin like a stream"
/// means that something follows the stream's end.
fn damage(error: &io::Error, has_output: bool) -> Damage {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Damage::Truncated,
        io::ErrorKind::InvalidInput if has_output && error.to_string().contains("header") => {
            Damage::TrailingBytes
        }
        _ => Damage::CorruptStream(error.to_string()),
    }
}

/// The receiving end: a byte stream in chunks.
#[derive(Debug)]
pub(crate) struct Chunks<'a> {
    incoming: Receiver<'a>,
    chunk: Vec<u8>,
    position: usize,
}

impl<'a> Chunks<'a> {
    pub(crate) fn new(incoming: Receiver<'a>) -> Self {
        Self { incoming, chunk: Vec::new(), position: 0 }
    }
}

/// Where a tar reader gets its bytes from.
pub(crate) trait Source {
    /// The bytes that can be had without waiting for more, or, if there are none, the next; empty at the end.
    fn fill(&mut self) -> Result<&[u8], Fault>;
    /// Marks `count` of those bytes as used.
    fn consume(&mut self, count: usize);
}

impl Source for Chunks<'_> {
    fn fill(&mut self) -> Result<&[u8], Fault> {
        if self.position >= self.chunk.len() {
            let used = std::mem::take(&mut self.chunk);
            self.position = 0;
            self.chunk = self.incoming.receive(used).transpose()?.unwrap_or_default();
        }
        Ok(&self.chunk[self.position..])
    }

    fn consume(&mut self, count: usize) {
        self.position += count;
    }
}
