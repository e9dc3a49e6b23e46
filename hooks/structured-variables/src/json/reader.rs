//! A reader that says where each value stands; it builds no tree, so memory does not grow with the file.

use std::borrow::Cow;
use std::ops::Range;

use super::{number, string};
use crate::SyntaxError;

/// How deep arrays and objects may be nested: the limit of the original, which no sane file comes near.
pub(crate) const MAX_DEPTH: usize = 64;

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    Object,
    Array,
    /// `new Name(..)`, which Newtonsoft's reader knows from JavaScript.
    Constructor,
}

/// What a value that is no container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    String,
    Number,
    Boolean,
    Null,
    /// `undefined`, also for a value that is left out between commas.
    Undefined,
}

/// One thing in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token<'t> {
    Start(Container),
    End(Container),
    /// The name of a property, decoded.
    Name(Cow<'t, str>),
    Scalar(Scalar),
}

/// A token and where it stands.
pub(crate) type Spanned<'t> = (Token<'t>, Range<usize>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// A value, the root or in a container.
    Value,
    /// A property name or the end of the object.
    Name,
    /// A comma or the end of the container; at the root, nothing more.
    Next,
}

/// Reads tokens one after the other.
pub(crate) struct Reader<'t> {
    text: &'t str,
    at: usize,
    stack: Vec<Container>,
    expect: Expect,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, at: 0, stack: Vec::new(), expect: Expect::Value }
    }

    /// The next token; none at the end of a complete text, which may be empty.
    pub(crate) fn next(&mut self) -> Result<Option<Spanned<'t>>, SyntaxError> {
        loop {
            self.skip_blanks_and_comments()?;
            let Some(byte) = self.peek() else { return self.end_of_text() };
            let start = self.at;
            match (self.expect, byte) {
                (Expect::Next, b',') if !self.stack.is_empty() => {
                    self.at += 1;
                    self.expect = self.first_in_container();
                }
                (_, b'}' | b']' | b')') if self.closes(byte) => return self.close().map(Some),
                (Expect::Next, _) => return Err(self.unexpected_after_value()),
                (Expect::Name, _) => return self.name(start).map(Some),
                (Expect::Value, _) => return self.value(start, byte).map(Some),
            }
        }
    }

    fn end_of_text(&self) -> Result<Option<Spanned<'t>>, SyntaxError> {
        if self.stack.is_empty() {
            return Ok(None);
        }
        Err(self.error(self.at, "the file ends before all objects and arrays are closed"))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, at: usize, message: impl Into<String>) -> SyntaxError {
        SyntaxError::at(self.text, at, message)
    }

    fn first_in_container(&self) -> Expect {
        match self.stack.last() {
            Some(Container::Object) => Expect::Name,
            _ => Expect::Value,
        }
    }

    /// Whether a closing character closes the container that is open here.
    fn closes(&self, byte: u8) -> bool {
        match self.stack.last() {
            // A name has been read and its value is missing: `{"a":}`.
            Some(Container::Object) => byte == b'}' && self.expect != Expect::Value,
            Some(Container::Array) => byte == b']',
            Some(Container::Constructor) => byte == b')',
            None => false,
        }
    }

    fn close(&mut self) -> Result<Spanned<'t>, SyntaxError> {
        let start = self.at;
        self.at += 1;
        self.expect = Expect::Next;
        match self.stack.pop() {
            Some(container) => Ok((Token::End(container), start..self.at)),
            None => Err(self.error(start, "nothing is open that could be closed here")),
        }
    }

    fn open(&mut self, container: Container, start: usize) -> Result<Spanned<'t>, SyntaxError> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(
                self.error(start, format!("objects and arrays are nested deeper than {MAX_DEPTH}"))
            );
        }
        self.stack.push(container);
        self.expect = self.first_in_container();
        Ok((Token::Start(container), start..self.at))
    }

    fn skip_blanks_and_comments(&mut self) -> Result<(), SyntaxError> {
        loop {
            let rest = self.rest();
            // The common blanks without decoding characters: most of a file is looked at here.
            let blanks = rest
                .bytes()
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
                .count();
            self.at += blanks;
            match self.peek() {
                Some(b'/') => self.skip_comment()?,
                Some(byte) if byte.is_ascii() && !matches!(byte, 0x0B | 0x0C) => return Ok(()),
                None => return Ok(()),
                Some(_) => match self.rest().chars().next() {
                    Some(blank) if blank.is_whitespace() => self.at += blank.len_utf8(),
                    _ => return Ok(()),
                },
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), SyntaxError> {
        let rest = self.rest();
        self.at += if rest.starts_with("//") {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else if let Some(body) = rest.strip_prefix("/*") {
            match body.find("*/") {
                Some(end) => end + 4,
                None => return Err(self.error(self.at, "this comment is never closed")),
            }
        } else {
            return Err(self.error(self.at, "'/' is neither a value nor the start of a comment"));
        };
        Ok(())
    }

    fn unexpected_after_value(&self) -> SyntaxError {
        let found = self.rest().chars().next().unwrap_or_default();
        let message = if self.stack.is_empty() {
            format!("there is more text after the end of the JSON content: {found}")
        } else {
            format!("expected a comma or a closing bracket after a value, but found: {found}")
        };
        self.error(self.at, message)
    }

    fn name(&mut self, start: usize) -> Result<Spanned<'t>, SyntaxError> {
        let name = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => self.quoted(start, quote)?,
            _ => {
                let rest = self.rest();
                let length = rest.find(|c: char| !is_identifier(c)).unwrap_or(rest.len());
                if length == 0 {
                    let found = rest.chars().next().unwrap_or_default();
                    return Err(
                        self.error(start, format!("a property name cannot start with: {found}"))
                    );
                }
                self.at += length;
                Cow::Borrowed(rest.get(..length).unwrap_or_default())
            }
        };
        let end = self.at;
        self.at += self.rest().len() - self.rest().trim_start().len();
        if self.peek() != Some(b':') {
            return Err(self.error(self.at, "expected ':' after a property name"));
        }
        self.at += 1;
        self.expect = Expect::Value;
        Ok((Token::Name(name), start..end))
    }

    fn quoted(&mut self, start: usize, quote: u8) -> Result<Cow<'t, str>, SyntaxError> {
        let (decoded, length) = string::decode(self.rest(), quote)
            .map_err(|problem| self.error(start + problem.offset, problem.message))?;
        self.at += length;
        Ok(decoded)
    }

    fn value(&mut self, start: usize, byte: u8) -> Result<Spanned<'t>, SyntaxError> {
        let scalar = match byte {
            b'{' | b'[' => {
                self.at += 1;
                let container = if byte == b'{' { Container::Object } else { Container::Array };
                return self.open(container, start);
            }
            b'"' | b'\'' => {
                self.quoted(start, byte)?;
                Scalar::String
            }
            // A value that is left out; the comma is read next.
            b',' if !self.stack.is_empty() => Scalar::Undefined,
            b'n' if self.rest().starts_with("new") => return self.constructor(start),
            _ => self.word(start)?,
        };
        self.expect = Expect::Next;
        Ok((Token::Scalar(scalar), start..self.at))
    }

    fn word(&mut self, start: usize) -> Result<Scalar, SyntaxError> {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(is_identifier(c) || matches!(c, '+' | '-' | '.')))
            .unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let scalar = match word {
            "true" | "false" => Scalar::Boolean,
            "null" => Scalar::Null,
            "undefined" => Scalar::Undefined,
            "NaN" | "Infinity" | "-Infinity" => Scalar::Number,
            "" => {
                let found = rest.chars().next().unwrap_or_default();
                return Err(self.error(start, format!("expected a value, but found: {found}")));
            }
            _ if number::is_literal(word) => Scalar::Number,
            _ => {
                let shown: String = word.chars().take(40).collect();
                return Err(self.error(start, format!("expected a value, but found: {shown}")));
            }
        };
        self.at += length;
        Ok(scalar)
    }

    fn constructor(&mut self, start: usize) -> Result<Spanned<'t>, SyntaxError> {
        let after_new = self.rest().get(3..).unwrap_or_default();
        let named = after_new.trim_start();
        let name = named.find(|c: char| !is_identifier(c)).unwrap_or(named.len());
        let after_name = named.get(name..).unwrap_or_default().trim_start();
        if named.len() == after_new.len() || name == 0 || !after_name.starts_with('(') {
            return Err(self.error(start, "expected 'new Name(..)'"));
        }
        self.at = self.text.len() - after_name.len() + 1;
        self.open(Container::Constructor, start)
    }
}

fn is_identifier(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        let mut reader = Reader::new(text);
        let mut tokens = Vec::new();
        while let Some((token, range)) = reader.next().map_err(|error| error.to_string())? {
            tokens.push(match token {
                Token::Name(name) => format!("{name}:"),
                Token::End(_) => ".".into(),
                _ => text[range].to_owned(),
            });
        }
        Ok(tokens)
    }

    #[test]
    fn liberties_are_taken_as_newtonsoft_takes_them() {
        for (text, tokens) in [
            ("", &[][..]),
            (" // only a comment\n/* and another */", &[]),
            (
                "{a:1,'b':'x',\"c\":[1,2,],}",
                &["{", "a:", "1", "b:", "'x'", "c:", "[", "1", "2", ".", "."],
            ),
            ("[,]", &["[", "", "."]),
            ("[1,,2]", &["[", "1", "", "2", "."]),
            (
                "[0x1F, 017, .5, 1., -Infinity, 1E-7, +1]",
                &["[", "0x1F", "017", ".5", "1.", "-Infinity", "1E-7", "+1", "."],
            ),
            ("{\"a\\u0041\" /**/ :1}", &[]),
            ("{\"\\u0041\\n\" :new Date( 1 )}", &["{", "A\n:", "new Date(", "1", ".", "."]),
        ] {
            match read(text) {
                Ok(read) => assert_eq!(read, tokens, "{text}"),
                Err(error) => assert!(tokens.is_empty(), "{text}: {error}"),
            }
        }
    }

    #[test]
    fn errors_say_line_and_column() {
        for (text, start) in [
            ("{\"a\":}", "expected a value, but found: } at line 1, column 6"),
            (
                "{\n \"a\":1",
                "the file ends before all objects and arrays are closed at line 2, column 7",
            ),
            (
                "[1 2]",
                "expected a comma or a closing bracket after a value, but found: 2 at line 1, column 4",
            ),
            ("[1]]", "there is more text after the end of the JSON content: ] at line 1, column 4"),
            ("{\"a\":1]", "expected a comma or a closing bracket"),
            ("key: value", "expected a value, but found: key at line 1, column 1"),
            ("<a/>", "expected a value, but found: < at line 1, column 1"),
            ("[\"abc", "this text is never closed"),
            ("[\"\\q\"]", "'\\q' is not an escape"),
            ("/*", "this comment is never closed"),
            ("new", "expected 'new Name(..)'"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(start), "{text}: {error}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert!(read(&nested(MAX_DEPTH + 1)).is_err());
        assert!(read(&"{\"a\":".repeat(1_000_000)).is_err());
    }
}
