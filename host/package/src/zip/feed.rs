//! `Feed`: hands a zip's files to the threads that decode them, in order, and hashes the package on the way.

use std::ops::Range;

use crate::fault::Fault;
use crate::package_reader::{CHUNK_BYTES, PackageReader};
use crate::zip::survey::Stored;
use crate::zip::window::Window;

/// A thread takes this many files at a time...
const BATCH_FILES: usize = 16;
/// ...or fewer, if they have more bytes than this, so that they can be held decoded, and large files are spread over the
/// threads...
const BATCH_BYTES: u64 = 1 << 20;
/// ...or as many as fit into its window, so that they are read once, to be hashed and to be decoded.
const BATCH_PACKAGE_BYTES: u64 = CHUNK_BYTES as u64;

/// What a thread got from the feed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ration {
    /// Files to decode, by their position: one of any size; or several that the window holds, and that have no more than
    /// [`BATCH_BYTES`] when they are decoded.
    Files(Range<usize>),
    /// Nothing, but a piece of the package was hashed: one that the next files come after.
    Hashed,
    /// There is nothing left.
    Nothing,
}

/// Where the threads have got to in the package. Its bytes are hashed from first to last; those of files that
/// fit into a window are read for that and for decoding at once.
#[derive(Debug)]
pub(crate) struct Feed<'a> {
    package: PackageReader<'a>,
    files: &'a [Stored],
    batches: Vec<Range<usize>>,
    next: usize,
}

impl<'a> Feed<'a> {
    /// `files` are in the order of their data; nothing of `package` was read so far.
    pub(crate) fn new(package: PackageReader<'a>, files: &'a [Stored]) -> Self {
        Self { package, files, batches: batches(files), next: 0 }
    }

    /// How many threads could have something to do.
    pub(crate) fn batches(&self) -> usize {
        self.batches.len()
    }

    /// The next files. Takes no longer than reading and hashing what `window` holds.
    pub(crate) fn next(&mut self, window: &mut Window) -> Result<Ration, Fault> {
        let at = self.package.offset();
        let Some(batch) = self.batches.get(self.next) else {
            let rest = self.package.expected_bytes() - at;
            if rest == 0 {
                return Ok(Ration::Nothing);
            }
            window.pass(&mut self.package, rest)?;
            return Ok(Ration::Hashed);
        };
        let data = self.span(batch);
        if data.end - at <= window.most_bytes() {
            window.pass(&mut self.package, data.end - at)?;
        } else if at < data.start {
            window.pass(&mut self.package, data.start - at)?;
            return Ok(Ration::Hashed);
        }
        self.next += 1;
        Ok(Ration::Files(batch.clone()))
    }

    /// The reader of the package, to end it.
    pub(crate) fn into_package(self) -> PackageReader<'a> {
        self.package
    }

    /// From the first byte of a batch's data to the last.
    fn span(&self, batch: &Range<usize>) -> Range<u64> {
        match self.files.get(batch.clone()) {
            Some([first, .., last]) => first.data.start..last.data.end,
            Some([only]) => only.data.clone(),
            _ => 0..0,
        }
    }
}

/// Runs of files that one thread takes at once.
fn batches(files: &[Stored]) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, file) in files.iter().enumerate() {
        let is_full = at - start == BATCH_FILES
            || bytes + file.record.bytes > BATCH_BYTES
            || file.data.end - files[start].data.start > BATCH_PACKAGE_BYTES;
        if is_full && start < at {
            batches.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += file.record.bytes;
    }
    if start < files.len() {
        batches.push(start..files.len());
    }
    batches
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU64};

    use super::*;
    use crate::entry::{Entry, Shape};
    use crate::zip::central::{METHOD_STORED, Record};
    use crate::{Archive, EntryPath, ExtractLimits, Sha256Digest};

    const WINDOW: usize = CHUNK_BYTES;
    /// What lies before a file's data at least.
    const HEADER: usize = 30;

    /// A package whose files have these sizes, each after a gap; and where they are.
    fn package(gaps_and_sizes: &[(usize, usize)]) -> (Vec<u8>, Vec<Stored>) {
        let mut bytes = b"PK\x03\x04".to_vec();
        let mut files = Vec::new();
        let noise = |bytes: &mut Vec<u8>, count: usize| {
            let start = bytes.len();
            bytes.extend((start..start + count).map(|at| (at.wrapping_mul(40_503) >> 7) as u8));
        };
        for (at, &(gap, size)) in gaps_and_sizes.iter().enumerate() {
            noise(&mut bytes, gap);
            let start = bytes.len() as u64;
            noise(&mut bytes, size);
            let spelled = EntryPath::spelled(at.to_string().as_bytes(), &ExtractLimits::default());
            files.push(Stored {
                entry: Entry {
                    path: spelled.unwrap().path.unwrap(),
                    mode: 0o644,
                    modified: None,
                    shape: Shape::File { declared_bytes: size as u64 },
                },
                record: Record {
                    name: Vec::new(),
                    flags: 0,
                    method: METHOD_STORED,
                    crc32: 0,
                    compressed_bytes: size as u64,
                    bytes: size as u64,
                    unix_mode: None,
                    modified_unix_s: None,
                    header_offset: 0,
                },
                data: start..bytes.len() as u64,
            });
        }
        noise(&mut bytes, WINDOW + 100);
        (bytes, files)
    }

    #[test]
    fn it_gives_all_files_in_order_and_hashes_every_byte_once() {
        let small = (HEADER, 1_000);
        let mut layout = vec![small; 20];
        layout.extend([
            // Too large for a window, twice, and a small one in between.
            (HEADER, 2 * WINDOW + 7),
            small,
            (HEADER, 5 * WINDOW),
            // After more than a window of what no file has.
            (WINDOW + 9, 1_000),
            // As many bytes as the window takes: the header in front of them goes by itself.
            (HEADER, WINDOW),
        ]);
        let (bytes, files) = package(&layout);
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.1.0.0.zip");
        std::fs::write(&path, &bytes).unwrap();
        let archive = Archive::open(&path).unwrap();
        let counter = AtomicU64::new(0);
        let mut feed = Feed::new(PackageReader::new(&archive, &counter), &files);
        assert_eq!(feed.batches(), 7);

        let nothing_to_read = tempfile::tempfile().unwrap();
        let (mut given, mut rests) = (Vec::new(), 0);
        let mut window = Window::new(WINDOW);
        loop {
            match feed.next(&mut window).unwrap() {
                Ration::Files(range) => {
                    for file in &files[range.clone()] {
                        let held = window.look(&nothing_to_read, file.data.clone(), file.data.end);
                        let data = &bytes[file.data.start as usize..file.data.end as usize];
                        if data.len() <= WINDOW {
                            assert_eq!(held.unwrap(), data);
                        } else {
                            assert!(held.is_err());
                        }
                    }
                    given.push(range);
                }
                Ration::Hashed => rests += 1,
                Ration::Nothing => break,
            }
        }
        assert_eq!(given, [0..16, 16..20, 20..21, 21..22, 22..23, 23..24, 24..25]);
        assert!(rests > 0);
        assert_eq!(feed.next(&mut window).unwrap(), Ration::Nothing);
        let digest = feed.into_package().finish(&AtomicBool::new(false)).unwrap();
        assert_eq!(digest, Sha256Digest::of(&bytes));
    }

    #[test]
    fn a_package_that_was_cut_off_meanwhile_is_noticed() {
        let (bytes, files) = package(&[(HEADER, 1_000), (HEADER, 3 * WINDOW)]);
        for left in [500, WINDOW as u64, bytes.len() as u64 - 1] {
            let place = tempfile::tempdir().unwrap();
            let path = place.path().join("a.1.0.0.zip");
            std::fs::write(&path, &bytes).unwrap();
            let archive = Archive::open(&path).unwrap();
            std::fs::File::options().write(true).open(&path).unwrap().set_len(left).unwrap();
            let counter = AtomicU64::new(0);
            let mut feed = Feed::new(PackageReader::new(&archive, &counter), &files);
            let mut window = Window::new(WINDOW);
            let outcome = loop {
                match feed.next(&mut window) {
                    Ok(Ration::Nothing) => break Ok(()),
                    Ok(_) => {}
                    Err(fault) => break Err(fault),
                }
            };
            assert!(matches!(outcome, Err(Fault::PackageChanged)), "{left}: {outcome:?}");
        }
    }
}
