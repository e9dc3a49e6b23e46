//! Reads a zip package: everything is checked first, then files are decoded by several threads.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::archive::Archive;
use crate::contents::{Contents, Tally};
use crate::entry::{Entry, Shape};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::observer::Observer;
use crate::package_reader::PackageReader;
use crate::sink::Sink;
use crate::zip::content::Inflater;
use crate::zip::survey::{Stored, survey};
use crate::{ExtractError, ExtractLimits, Progress};

/// Threads that decode. More gain little: file systems take new files one at a time.
const MAX_THREADS: usize = 4;

/// A thread takes this many files at a time...
const BATCH_FILES: usize = 16;
/// ...or fewer, as soon as they have this many bytes, so that large files are spread over the threads.
const BATCH_BYTES: u64 = 1 << 20;

/// Reads `archive`, a zip, to its end. `sink` takes the folders; each further thread gets a sink beside it.
pub(crate) fn read<S: Sink + Send>(
    archive: &Archive,
    limits: &ExtractLimits,
    sink: &mut S,
    observer: &mut Observer<'_>,
) -> Result<Contents, ExtractError> {
    let package_bytes_read = AtomicU64::new(0);
    let stop_hashing = AtomicBool::new(false);
    let mut tally = Tally::new(limits);
    let (ledger, digest) = thread::scope(|scope| {
        let package = PackageReader::new(archive, &package_bytes_read);
        let hashing = scope.spawn(|| package.finish(&stop_hashing));
        let decoded = decode(archive, limits, sink, &mut tally, observer);
        stop_hashing.store(decoded.is_err(), Ordering::Relaxed);
        let ledger = decoded?;
        // A thread that panics takes the whole scope with it.
        let digest = hashing.join().unwrap_or(Err(Fault::PackageChanged));
        Ok((ledger, digest.map_err(|fault| fault.of_package(&archive.file_name))?))
    })?;
    archive.check_unchanged()?;
    let mut contents = tally.finish(ledger);
    contents.package_sha256 = digest;
    Ok(contents)
}

/// Checks everything, creates the folders and decodes the files. The ledger says what was seen.
fn decode<S: Sink + Send>(
    archive: &Archive,
    limits: &ExtractLimits,
    sink: &mut S,
    tally: &mut Tally,
    observer: &mut Observer<'_>,
) -> Result<Ledger, ExtractError> {
    let survey = survey(archive, limits)?;
    make_folders(&survey.others, &survey.files, sink, tally)?;
    let work = Work {
        archive,
        limits,
        files: &survey.files,
        batches: batches(&survey.files),
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        failure: Mutex::new(None),
        bytes: AtomicU64::new(0),
        compressed_bytes: AtomicU64::new(0),
        entries: AtomicU64::new(survey.others.len() as u64),
    };
    decode_all(&work, sink, tally, observer);
    match work.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some((_, error)) => Err(error),
        None => Ok(survey.ledger),
    }
}

/// Creates every folder that there will be, so that the threads only write files.
fn make_folders<S: Sink>(
    others: &[Entry],
    files: &[Stored],
    sink: &mut S,
    tally: &mut Tally,
) -> Result<(), ExtractError> {
    for entry in others {
        let added = match &entry.shape {
            Shape::Symlink { target } => {
                tally.link(entry, target);
                Ok(())
            }
            Shape::Directory | Shape::File { .. } => {
                tally.directory(entry);
                sink.directory(entry)
            }
        };
        added.map_err(|fault| fault.at(entry.path.as_str().as_bytes()))?;
    }
    for file in files {
        sink.prepare(&file.entry).map_err(|fault| fault.at(&file.record.name))?;
    }
    Ok(())
}

/// Runs of files that one thread takes at once.
fn batches(files: &[Stored]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        bytes += file.record.bytes;
        if bytes >= BATCH_BYTES || at + 1 - start == BATCH_FILES {
            batches.push(start..at + 1);
            (start, bytes) = (at + 1, 0);
        }
    }
    if start < files.len() {
        batches.push(start..files.len());
    }
    batches
}

/// What the threads share.
struct Work<'a> {
    archive: &'a Archive,
    limits: &'a ExtractLimits,
    files: &'a [Stored],
    batches: Vec<Range<usize>>,
    next: AtomicUsize,
    stop: AtomicBool,
    /// The failure of the first file in order that failed.
    failure: Mutex<Option<(usize, ExtractError)>>,
    bytes: AtomicU64,
    compressed_bytes: AtomicU64,
    entries: AtomicU64,
}

impl Work<'_> {
    fn progress(&self) -> Progress {
        Progress {
            package_bytes_read: self.compressed_bytes.load(Ordering::Relaxed),
            package_bytes_total: 0,
            entries: self.entries.load(Ordering::Relaxed),
            bytes_written: self.bytes.load(Ordering::Relaxed),
        }
    }

    fn fail(&self, at: usize, error: ExtractError) {
        self.stop.store(true, Ordering::Relaxed);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
            *failure = Some((at, error));
        }
    }

    /// Decodes batches until there are none left. `tick` is called for every chunk and every file.
    fn run<S: Sink>(
        &self,
        sink: &mut S,
        mut tick: impl FnMut(Progress) -> Result<(), Fault>,
    ) -> Tally {
        let mut tally = Tally::new(self.limits);
        let mut inflater = Inflater::new();
        while let Some(batch) = self.batches.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let last = self.files.get(batch.end - 1);
            inflater.read_ahead(last.map_or(0, |last| last.data.end));
            for at in batch.clone() {
                if self.stop.load(Ordering::Relaxed) {
                    return tally;
                }
                let file = &self.files[at];
                if let Err(fault) = self.decode(file, sink, &mut inflater, &mut tally, &mut tick) {
                    self.fail(at, fault.at(&file.record.name));
                    return tally;
                }
            }
        }
        tally
    }

    fn decode<S: Sink>(
        &self,
        file: &Stored,
        sink: &mut S,
        inflater: &mut Inflater,
        tally: &mut Tally,
        tick: &mut impl FnMut(Progress) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let Stored { entry, record, data } = file;
        sink.begin(entry)?;
        inflater.read(&self.archive.file, record, data.clone(), &mut |bytes| {
            tally.write(bytes);
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            sink.write(bytes)?;
            tick(self.progress())
        })?;
        let sha256 = tally.end_file(entry);
        sink.end(entry, sha256)?;
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.compressed_bytes.fetch_add(record.compressed_bytes, Ordering::Relaxed);
        tick(self.progress())
    }
}

/// Decodes all files, on this thread and as many others as are worth it; this one talks to the observer.
fn decode_all<S: Sink + Send>(
    work: &Work<'_>,
    sink: &mut S,
    tally: &mut Tally,
    observer: &mut Observer<'_>,
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let extra_threads = cores.min(MAX_THREADS).min(work.batches.len()).saturating_sub(1);
    thread::scope(|scope| {
        let others: Vec<_> = (0..extra_threads)
            .map(|_| {
                let mut sink = sink.beside();
                scope.spawn(move || (work.run(&mut sink, |_| Ok(())), sink))
            })
            .collect();
        tally.absorb(work.run(sink, |progress| observer.tick(progress)));
        for other in others {
            if let Ok((counted, theirs)) = other.join() {
                tally.absorb(counted);
                sink.absorb(theirs);
            }
        }
    });
}
