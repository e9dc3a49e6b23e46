//! `Window`: a piece of a file in memory, which reads that lie close together share.

use std::fs::File;
use std::ops::Range;

use crate::fault::Fault;
use crate::package_reader::PackageReader;
use crate::zip::bytes::read_exact_at;

/// A piece of a file, read at once. Packages of many small files have hundreds of headers and contents in one
/// piece, each of which would be a system call otherwise.
#[derive(Debug)]
pub(crate) struct Window {
    buffer: Vec<u8>,
    /// What of the file is in the buffer.
    held: Range<u64>,
}

impl Window {
    /// A window of at most `bytes` bytes, empty.
    pub(crate) fn new(bytes: usize) -> Self {
        Self { buffer: vec![0; bytes], held: 0..0 }
    }

    /// How much it can hold.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.buffer.len() as u64
    }

    /// Holds the next `count` bytes that `package` reads, or as many as the window takes.
    pub(crate) fn pass(
        &mut self,
        package: &mut PackageReader<'_>,
        count: u64,
    ) -> Result<(), Fault> {
        let start = package.offset();
        let count = count.min(self.most_bytes());
        // Nothing is held if reading fails.
        self.held = 0..0;
        package.fill(&mut self.buffer[..index(count)])?;
        self.held = start..start + count;
        Ok(())
    }

    /// The bytes of `wanted`, or as many from its start on as the window takes. If they are not in it, it moves there,
    /// and reaches as far as it can within `within`, which the file must have.
    pub(crate) fn look(
        &mut self,
        file: &File,
        wanted: Range<u64>,
        within: u64,
    ) -> Result<&[u8], Fault> {
        let most = self.buffer.len() as u64;
        let end = wanted.end.min(wanted.start.saturating_add(most));
        if wanted.start < self.held.start || end > self.held.end {
            let reach = within.max(end).min(wanted.start.saturating_add(most));
            // Nothing is held if reading fails.
            self.held = 0..0;
            let count = index(reach - wanted.start);
            read_exact_at(file, &mut self.buffer[..count], wanted.start)?;
            self.held = wanted.start..reach;
        }
        let (from, to) = (wanted.start - self.held.start, end - self.held.start);
        Ok(&self.buffer[index(from)..index(to)])
    }
}

/// What is at most the length of a buffer is a `usize`.
fn index(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn it_shows_what_is_in_the_file_wherever_it_is() {
        let content: Vec<u8> = (0..100).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&content).unwrap();
        let mut window = Window::new(10);
        for (wanted, within, shown) in [
            (0..4, 100, 0..4),
            (2..10, 100, 2..10),
            // Longer than the window, further on, back, at the end of the file.
            (5..40, 100, 5..15),
            (90..95, 95, 90..95),
            (93..100, 100, 93..100),
            (1..3, 3, 1..3),
            (50..50, 100, 50..50),
        ] {
            assert_eq!(window.look(&file, wanted, within).unwrap(), &content[shown]);
        }
        // A read that fails half way has overwritten what was held: 50 and on.
        assert!(window.look(&file, 95..105, 105).is_err());
        assert_eq!(window.look(&file, 50..55, 100).unwrap(), &content[50..55]);
    }
}
