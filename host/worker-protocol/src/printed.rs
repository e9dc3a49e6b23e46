//! From what a hook prints to lines and service messages, in bounded memory.
//!
//! Where a message ends and text begins does not depend on how the stream was cut when it arrived.

use crate::service_message::{self, MARKER, ServiceMessage};

/// What was found in a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A line, without its end.
    Line {
        /// The text; invalid bytes were replaced.
        text: String,
        /// Whether the rest was cut off.
        truncated: bool,
    },
    /// A service message.
    Message(ServiceMessage),
}

/// Cuts standard error into lines.
#[derive(Debug)]
pub struct LineReader {
    line: Vec<u8>,
    truncated: bool,
    max_line_bytes: usize,
}

impl LineReader {
    /// Lines of at most so many bytes; the rest of a longer one is dropped.
    pub fn new(max_line_bytes: usize) -> Self {
        Self { line: Vec::new(), truncated: false, max_line_bytes }
    }

    /// Reads what was printed.
    pub fn read(&mut self, bytes: &[u8], found: &mut impl FnMut(Found)) {
        for part in bytes.split_inclusive(|b| *b == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(end) => {
                    self.push(end);
                    self.emit(found);
                }
                None => self.push(part),
            }
        }
    }

    /// Nothing more is printed.
    pub fn finish(&mut self, found: &mut impl FnMut(Found)) {
        if !self.line.is_empty() || self.truncated {
            self.emit(found);
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        let room = self.max_line_bytes.saturating_sub(self.line.len());
        self.truncated |= bytes.len() > room;
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn emit(&mut self, found: &mut impl FnMut(Found)) {
        let text = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let text = String::from_utf8_lossy(text).into_owned();
        found(Found::Line { text, truncated: self.truncated });
        self.line.clear();
        self.truncated = false;
    }
}

/// Cuts standard output into lines and service messages.
#[derive(Debug)]
pub struct StdoutReader {
    lines: LineReader,
    /// What is between the brackets, as far as it has arrived.
    message: Option<Vec<u8>>,
    max_message_bytes: usize,
    /// Whether this line had a message already; the rest of it is not searched for another.
    had_message: bool,
    /// Whether this line is not to be searched, because its bracket turned out to be no message.
    plain: bool,
}

impl StdoutReader {
    /// Lines and messages of at most so many bytes.
    pub fn new(max_line_bytes: usize, max_message_bytes: usize) -> Self {
        Self {
            lines: LineReader::new(max_line_bytes),
            message: None,
            max_message_bytes,
            had_message: false,
            plain: false,
        }
    }

    /// Reads what was printed.
    pub fn read(&mut self, bytes: &[u8], found: &mut impl FnMut(Found)) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.message {
                Some(_) => self.read_message(rest, found),
                None => self.read_text(rest, found),
            };
        }
    }

    /// Nothing more is printed. A message that did not end is what it looks like: text.
    pub fn finish(&mut self, found: &mut impl FnMut(Found)) {
        self.give_up_message(found);
        if !(self.had_message && self.lines.line.is_empty()) {
            self.lines.finish(found);
        }
    }

    /// Takes text up to the end of the line or the beginning of a message; returns the rest.
    fn read_text<'b>(&mut self, bytes: &'b [u8], found: &mut impl FnMut(Found)) -> &'b [u8] {
        let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
        let searched = self.lines.line.len().saturating_sub(MARKER.len() - 1);
        let before = self.lines.line.len();
        let was_truncated = self.lines.truncated;
        self.lines.push(&bytes[..end]);
        let is_searched = !self.had_message && !self.plain;
        if is_searched && let Some(at) = find(&self.lines.line[searched..], MARKER) {
            let marker_end = searched + at + MARKER.len();
            self.lines.line.truncate(searched + at);
            // What followed the marker may have been cut off with the line; here it is whole.
            self.lines.truncated = was_truncated;
            self.message = Some(Vec::new());
            return &bytes[marker_end - before..];
        }
        match bytes[end..].strip_prefix(b"\n") {
            Some(rest) => {
                self.end_line(found);
                rest
            }
            None => &[],
        }
    }

    fn end_line(&mut self, found: &mut impl FnMut(Found)) {
        let blank = self.lines.line.iter().all(u8::is_ascii_whitespace);
        if self.had_message && blank && !self.lines.truncated {
            self.lines.line.clear();
        } else {
            self.lines.emit(found);
        }
        self.had_message = false;
        self.plain = false;
    }

    /// Takes the content of a message up to its bracket; returns the rest.
    fn read_message<'b>(&mut self, bytes: &'b [u8], found: &mut impl FnMut(Found)) -> &'b [u8] {
        let Some(message) = &mut self.message else { return bytes };
        let end = bytes.iter().position(|b| *b == b']');
        let room = self.max_message_bytes.saturating_sub(message.len());
        let taken = end.unwrap_or(bytes.len()).min(room);
        message.extend_from_slice(&bytes[..taken]);
        match end {
            Some(end) if end == taken => {
                match service_message::parse(message) {
                    Some(parsed) => {
                        self.message = None;
                        self.had_message = true;
                        found(Found::Message(parsed));
                    }
                    None => {
                        message.push(b']');
                        self.give_up_message(found);
                    }
                }
                &bytes[end + 1..]
            }
            _ => {
                if taken == room {
                    self.give_up_message(found);
                }
                &bytes[taken..]
            }
        }
    }

    /// Makes text of what is no message. It may have several lines.
    fn give_up_message(&mut self, found: &mut impl FnMut(Found)) {
        if let Some(message) = self.message.take() {
            self.lines.push(MARKER);
            self.lines.read(&message, found);
            self.plain = true;
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::LogLevel;

    const HIGHLIGHT: &str = "##octopus[stdout-highlight]";

    fn read(parts: &[&str]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut reader = StdoutReader::new(40, 100);
        for part in parts {
            reader.read(part.as_bytes(), &mut |f| found.push(f));
        }
        reader.finish(&mut |f| found.push(f));
        found
    }

    fn line(text: &str) -> Found {
        Found::Line { text: text.into(), truncated: false }
    }

    fn highlight() -> Found {
        Found::Message(ServiceMessage::Level(LogLevel::Highlight))
    }

    #[test]
    fn lines_and_messages_are_told_apart() {
        assert_eq!(read(&["a\r\n\nb"]), [line("a"), line(""), line("b")]);
        assert_eq!(read(&[HIGHLIGHT, "\nb\n"]), [highlight(), line("b")]);
        assert_eq!(read(&["x ", HIGHLIGHT, " y\n"]), [highlight(), line("x  y")]);
        // Only the first message of a line counts.
        assert_eq!(
            read(&[HIGHLIGHT, HIGHLIGHT, "\n", HIGHLIGHT]),
            [highlight(), line(HIGHLIGHT), highlight()]
        );
    }

    #[test]
    fn however_output_is_cut_the_same_is_found() {
        let text = format!("one\n{HIGHLIGHT}\ntwo ##octo ##octopus[stdout-\nwait] three\n##oct");
        let whole = read(&[&text]);
        assert_eq!(whole.len(), 5, "{whole:?}");
        for cut in 1..text.len() {
            let (a, b) = text.split_at(cut);
            assert_eq!(read(&[a, b]), whole, "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_message_stays_text() {
        assert_eq!(read(&["##octopus[bad bad]x\n"]), [line("##octopus[bad bad]x")]);
        assert_eq!(read(&["##octopus[open\nnext\n"]), [line("##octopus[open"), line("next")]);
        let endless = format!("##octopus[{}\nafter\n", "x".repeat(300));
        let found = read(&[&endless]);
        assert!(matches!(&found[0], Found::Line { truncated: true, .. }), "{found:?}");
        assert_eq!(found[1], line("after"));
    }

    #[test]
    fn long_lines_are_cut_and_say_so() {
        let found = read(&[&"x".repeat(1000), "\nshort\n"]);
        assert_eq!(found, [Found::Line { text: "x".repeat(40), truncated: true }, line("short")]);
    }

    #[test]
    fn a_message_may_be_longer_than_a_line() {
        let message = format!("##octopus[setVariable name='QQ==' value='{}']\n", "eHh4".repeat(15));
        assert!(message.len() > 40);
        assert!(matches!(read(&[&message]).as_slice(), [Found::Message(_)]));
    }

    proptest! {
        #[test]
        fn no_output_makes_the_reader_panic(
            text in "(##octopus\\[|\\]|\n|stdout-wait|a='QQ=='| |\\PC){0,60}",
            cut in 1_usize..20,
        ) {
            let mut lines = 0;
            let mut reader = StdoutReader::new(16, 64);
            for part in text.as_bytes().chunks(cut) {
                reader.read(part, &mut |_| lines += 1);
            }
            reader.finish(&mut |_| lines += 1);
            prop_assert!(lines <= text.len() + 1);
        }
    }
}
