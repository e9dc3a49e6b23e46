//! Reads a zip package: everything is checked first, then files are decoded by several threads.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::archive::Archive;
use crate::contents::{Contents, Tally};
use crate::entry::{Entry, Shape};
use crate::fault::Fault;
use crate::observer::Observer;
use crate::package_reader::PackageReader;
use crate::side_by_side::side_by_side;
use crate::sink::Sink;
use crate::zip::central::Record;
use crate::zip::content::Inflater;
use crate::zip::feed::{Feed, Ration};
use crate::zip::survey::{Stored, Survey, survey};
use crate::{ExtractError, ExtractLimits, Progress};

/// Threads that decode. More gain little: file systems take new files one at a time.
const MAX_THREADS: usize = 4;

/// Reads `archive`, a zip, to its end. `sink` takes the folders; each further thread gets a sink beside it.
pub(crate) fn read<S: Sink + Send>(
    archive: &Archive,
    limits: &ExtractLimits,
    sink: &mut S,
    observer: &mut Observer<'_>,
) -> Result<Contents, ExtractError> {
    let Survey { others, files, ledger, .. } = survey(archive, limits)?;
    let mut tally = Tally::new(limits);
    make_folders(&others, &files, sink, &mut tally)?;
    let package_bytes_read = AtomicU64::new(0);
    let feed = Feed::new(PackageReader::new(archive, &package_bytes_read), &files);
    let work = Work {
        archive,
        limits,
        files: &files,
        feed: Mutex::new(feed),
        stop: AtomicBool::new(false),
        failure: Mutex::new(None),
        bytes: AtomicU64::new(0),
        compressed_bytes: AtomicU64::new(0),
        entries: AtomicU64::new(others.len() as u64),
    };
    decode_all(&work, sink, &mut tally, observer);
    if let Some((_, error)) = work.failure.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let package = work.feed.into_inner().unwrap_or_else(PoisonError::into_inner).into_package();
    let digest = package.finish(observer.cancel);
    archive.check_unchanged()?;
    let mut contents = tally.finish(ledger);
    contents.package_sha256 = digest.map_err(|fault| fault.of_package(&archive.file_name))?;
    Ok(contents)
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

/// What the threads share.
struct Work<'a> {
    archive: &'a Archive,
    limits: &'a ExtractLimits,
    files: &'a [Stored],
    feed: Mutex<Feed<'a>>,
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
        let mut failure = lock(&self.failure);
        if failure.as_ref().is_none_or(|(earlier, _)| at < *earlier) {
            *failure = Some((at, error));
        }
    }

    /// Does what the feed gives until it gives nothing. `tick` is called for every chunk and every file.
    fn run<S: Sink>(
        &self,
        sink: &mut S,
        mut tick: impl FnMut(Progress) -> Result<(), Fault>,
    ) -> Tally {
        let mut tally = Tally::new(self.limits);
        let mut inflater = Inflater::new();
        while !self.stop.load(Ordering::Relaxed) {
            match self.step(sink, &mut inflater, &mut tally, &mut tick) {
                Ok(true) => {}
                Ok(false) => break,
                Err((at, error)) => self.fail(at, error),
            }
        }
        tally
    }

    /// One ration; whether there may be more. An error comes with the position of its file, or one after all files.
    fn step<S: Sink>(
        &self,
        sink: &mut S,
        inflater: &mut Inflater,
        tally: &mut Tally,
        tick: &mut impl FnMut(Progress) -> Result<(), Fault>,
    ) -> Result<bool, (usize, ExtractError)> {
        let of_package = |fault: Fault| (usize::MAX, fault.of_package(&self.archive.file_name));
        let ration = lock(&self.feed).next(inflater.input()).map_err(of_package)?;
        let files = match ration {
            Ration::Files(files) => files,
            Ration::Hashed => {
                tick(self.progress()).map_err(of_package)?;
                return Ok(true);
            }
            Ration::Nothing => return Ok(false),
        };
        let done = match self.files.get(files.clone()).unwrap_or_default() {
            [file] => self.decode(file, sink, inflater, tally, tick).map_err(|fault| (0, fault)),
            several => self.decode_together(several, sink, inflater, tally, tick),
        };
        done.map_err(|(nth, fault)| {
            let at = files.start + nth;
            (at, fault.at(self.files.get(at).map_or(&[], |file| &file.record.name)))
        })?;
        Ok(true)
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
        self.count(record);
        tick(self.progress())
    }

    /// The same for several small files: all of them are decoded before they are hashed, which goes better for several
    /// at a time. An error comes with the position among `files` of the one that it is about.
    fn decode_together<S: Sink>(
        &self,
        files: &[Stored],
        sink: &mut S,
        inflater: &mut Inflater,
        tally: &mut Tally,
        tick: &mut impl FnMut(Progress) -> Result<(), Fault>,
    ) -> Result<(), (usize, Fault)> {
        let mut kept = Vec::with_capacity(files.len());
        let mut start = 0;
        for (nth, Stored { record, data, .. }) in files.iter().enumerate() {
            let end = inflater
                .keep(&self.archive.file, record, data.clone(), start)
                .map_err(|fault| (nth, fault))?;
            kept.push(start..end);
            start = end;
        }
        let contents: Vec<&[u8]> = kept.into_iter().map(|range| &inflater.kept()[range]).collect();
        let digests = side_by_side(&contents);
        for (nth, ((file, bytes), sha256)) in files.iter().zip(contents).zip(digests).enumerate() {
            let mut write = || -> Result<(), Fault> {
                let Stored { entry, record, .. } = file;
                sink.begin(entry)?;
                sink.write(bytes)?;
                tally.file(entry, record.bytes, sha256);
                sink.end(entry, sha256)?;
                self.bytes.fetch_add(record.bytes, Ordering::Relaxed);
                self.count(record);
                tick(self.progress())
            };
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            write().map_err(|fault| (nth, fault))?;
        }
        Ok(())
    }

    /// Counts a file that was written.
    fn count(&self, record: &Record) {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.compressed_bytes.fetch_add(record.compressed_bytes, Ordering::Relaxed);
    }
}

/// What a thread that panicked left behind does not matter: the others come to their end, and then its panic goes on.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Decodes all files, on this thread and as many others as are worth it; this one talks to the observer.
fn decode_all<S: Sink + Send>(
    work: &Work<'_>,
    sink: &mut S,
    tally: &mut Tally,
    observer: &mut Observer<'_>,
) {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let batches = lock(&work.feed).batches();
    let extra_threads = cores.min(MAX_THREADS).min(batches).saturating_sub(1);
    thread::scope(|scope| {
        let others: Vec<_> = (0..extra_threads)
            .map(|_| {
                let mut sink = sink.beside();
                scope.spawn(move || (work.run(&mut sink, |_| Ok(())), sink))
            })
            .collect();
        tally.absorb(work.run(sink, |progress| observer.tick(progress)));
        for other in others {
            let (counted, theirs) = other.join().unwrap_or_else(|panic| resume_unwind(panic));
            tally.absorb(counted);
            sink.absorb(theirs);
        }
    });
}
