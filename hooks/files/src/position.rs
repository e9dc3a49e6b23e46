//! A place in a text as people count: line and column from one.

use std::fmt;

/// A line and a column, both from one; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// From one; LF, CRLF and a lone CR each end a line.
    pub line: usize,
    /// From one, in Unicode scalar values.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset` in `text` (clamped to the text and to a character's start).
    ///
    /// Walks the text from its beginning: meant for messages, not for loops.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(..end).unwrap_or_default();
        let bytes = before.as_bytes();
        let mut line = 1;
        let mut start = 0;
        for (index, byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                // The CR of a CRLF that is cut by the offset still belongs to its line.
                b'\r' => text.as_bytes().get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                line += 1;
                start = index + 1;
            }
        }
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}
