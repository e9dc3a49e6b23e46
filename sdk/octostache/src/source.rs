//! Lines and columns of a text.

use crate::Position;

/// How far apart the remembered positions are: finding one costs reading this much text at most.
const CHECKPOINT_EVERY_BYTES: usize = 512;

/// Turns offsets into a text into lines and columns.
#[derive(Debug)]
pub(crate) struct SourceMap<'t> {
    text: &'t str,
    checkpoints: Vec<Position>,
}

impl<'t> SourceMap<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, checkpoints: vec![Position { offset: 0, line: 1, column: 1 }] }
    }

    /// The position of a byte offset that is a character boundary.
    pub(crate) fn position(&mut self, offset: usize) -> Position {
        let next = self.checkpoints.partition_point(|checkpoint| checkpoint.offset <= offset);
        // The first checkpoint is at offset 0, so there is always one at or before `offset`.
        let mut at = self.checkpoints[next.saturating_sub(1)];
        let beyond_the_last = next == self.checkpoints.len();
        let mut last_offset = at.offset;
        for c in self.text[at.offset..offset].chars() {
            at.offset += c.len_utf8();
            if c == '\n' {
                at.line += 1;
                at.column = 1;
            } else {
                at.column += c.len_utf16();
            }
            if beyond_the_last && at.offset - last_offset >= CHECKPOINT_EVERY_BYTES {
                self.checkpoints.push(at);
                last_offset = at.offset;
            }
        }
        at
    }
}
