//! Reads a tar package: decodes it on one thread, checks its entries and feeds a sink on another.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use crate::archive::Archive;
use crate::contents::{Contents, Tally};
use crate::entry::{self, Entry, Shape};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::observer::Observer;
use crate::package_reader::PackageReader;
use crate::sink::Sink;
use crate::tar::handoff::Handoff;
use crate::tar::reader::{RawEntry, TarReader};
use crate::tar::stream::{self, Chunks, Source};
use crate::{EntryPath, ExtractError, ExtractLimits, Limit, Refusal, links};

/// Reads `archive`, a tar in whatever compression, to its end.
pub(crate) fn read(
    archive: &Archive,
    limits: &ExtractLimits,
    sink: &mut impl Sink,
    observer: &mut Observer<'_>,
) -> Result<Contents, ExtractError> {
    let package_bytes_read = AtomicU64::new(0);
    let mut package = PackageReader::new(archive, &package_bytes_read);
    let handoff = Handoff::default();
    let mut contents = std::thread::scope(|scope| {
        let (chunks, incoming) = handoff.ends();
        let package = &mut package;
        scope.spawn(move || {
            let (format, bytes) = (archive.format, archive.bytes);
            stream::decode(package, format, bytes, limits.max_ratio, &chunks);
        });
        let mut reader = TarReader::new(Chunks::new(incoming));
        let tally = Tally::new(limits);
        read_entries(&mut reader, limits, tally, sink, observer, &package_bytes_read).map_err(
            |fault| {
                if reader.name().is_empty() {
                    fault.of_package(&archive.file_name)
                } else {
                    fault.at(reader.name())
                }
            },
        )
    })?;
    let digest =
        package.finish(observer.cancel).map_err(|fault| fault.of_package(&archive.file_name))?;
    archive.check_unchanged()?;
    contents.package_sha256 = digest;
    Ok(contents)
}

/// Reads every entry; the fault of any is for the entry that `reader` names. Also what a fuzzer enters by.
pub(crate) fn read_entries(
    reader: &mut TarReader<impl Source>,
    limits: &ExtractLimits,
    mut tally: Tally,
    sink: &mut impl Sink,
    observer: &mut Observer<'_>,
    package_bytes_read: &AtomicU64,
) -> Result<Contents, Fault> {
    let now = SystemTime::now();
    let mut ledger = Ledger::new(limits);
    while let Some(raw) = reader.next()? {
        ledger.count()?;
        let Some(entry) = judge(&raw, limits, now)? else { continue };
        let is_folder = matches!(entry.shape, Shape::Directory);
        let is_new = ledger.claim(&entry.path, is_folder)?;
        match &entry.shape {
            Shape::Directory if !is_new => continue,
            Shape::Directory => {
                sink.directory(&entry)?;
                tally.directory(&entry);
            }
            Shape::Symlink { target } => tally.link(&entry, target),
            Shape::File { declared_bytes } => {
                tally.begin_file(*declared_bytes)?;
                sink.begin(&entry)?;
                while let Some(bytes) = reader.content()? {
                    tally.write(bytes);
                    sink.write(bytes)?;
                    observer.tick(tally.progress(package_bytes_read.load(Ordering::Relaxed)))?;
                }
                let sha256 = tally.end_file(&entry);
                sink.end(&entry, sha256)?;
            }
        }
        observer.tick(tally.progress(package_bytes_read.load(Ordering::Relaxed)))?;
    }
    Ok(tally.finish(ledger))
}

/// Says what an entry is, or why it is none; `None` for the package root itself.
fn judge(raw: &RawEntry, limits: &ExtractLimits, now: SystemTime) -> Result<Option<Entry>, Fault> {
    let spelled = EntryPath::spelled(&raw.name, limits)?;
    let shape = match raw.kind {
        // A V7 archive has no folder type: there the name says it.
        b'\0' if spelled.ends_with_slash && raw.size == 0 => Shape::Directory,
        b'0' | b'\0' | b'7' if spelled.ends_with_slash => return Err(Refusal::Contradiction.into()),
        b'0' | b'\0' | b'7' => Shape::File { declared_bytes: raw.size },
        b'5' => Shape::Directory,
        b'2' if spelled.ends_with_slash => return Err(Refusal::Contradiction.into()),
        b'2' => Shape::Symlink { target: links::target(&raw.link_name, limits)? },
        b'1' => return Err(Refusal::HardLink.into()),
        b'3' | b'4' => return Err(Refusal::Device.into()),
        b'6' => return Err(Refusal::Fifo.into()),
        b'S' => return Err(Refusal::Sparse.into()),
        other => return Err(Refusal::UnknownType(other.into()).into()),
    };
    let Some(path) = spelled.path else {
        return match shape {
            Shape::Directory => Ok(None),
            Shape::File { .. } | Shape::Symlink { .. } => Err(Refusal::EmptyName.into()),
        };
    };
    if matches!(shape, Shape::File { declared_bytes } if declared_bytes > limits.max_file_bytes) {
        return Err(Limit::FileBytes(limits.max_file_bytes).into());
    }
    let mode = match shape {
        Shape::File { .. } => entry::file_mode(raw.mode),
        Shape::Directory => entry::directory_mode(raw.mode),
        Shape::Symlink { .. } => entry::LINK_MODE,
    };
    Ok(Some(Entry { path, mode, modified: entry::modified(raw.modified_unix_s, now), shape }))
}
