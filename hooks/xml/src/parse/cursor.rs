//! A place in the text, and the small steps that every production is made of.

use crate::chars::{is_char, is_space_byte, ncname_length};
use crate::error::{ParseError, ParseErrorKind};
use crate::span::{LineIndex, Span};

/// Reads `text` from left to right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    /// The offset as spans have it. The text's length was checked against a limit below 4 GiB.
    #[expect(clippy::cast_possible_truncation, reason = "texts are at most u32::MAX bytes long")]
    pub(super) const fn offset(&self) -> u32 {
        self.at as u32
    }

    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn starts_with(&self, token: &str) -> bool {
        self.rest().starts_with(token)
    }

    /// Steps over `token` if it stands here.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        let found = self.starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// Steps over `token`, which has to stand here.
    pub(super) fn expect(
        &mut self,
        token: &'static str,
        inside: &'static str,
    ) -> Result<(), ParseError> {
        if self.eat(token) { Ok(()) } else { Err(self.unexpected(token, inside)) }
    }

    /// Steps over white space; whether there was any.
    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.byte().is_some_and(is_space_byte) {
            self.at += 1;
        }
        self.at > start
    }

    /// Steps over white space, of which there has to be some.
    pub(super) fn expect_space(&mut self, inside: &'static str) -> Result<(), ParseError> {
        if self.skip_space() { Ok(()) } else { Err(self.unexpected("white space", inside)) }
    }

    /// A name without a colon.
    pub(super) fn ncname(&mut self, inside: &'static str) -> Result<&'t str, ParseError> {
        let length = ncname_length(self.rest());
        if length == 0 {
            return Err(self.unexpected("a name", inside));
        }
        let name = &self.text[self.at..self.at + length];
        self.at += length;
        Ok(name)
    }

    /// `prefix:local` or `local`, as written, with the length of the prefix (0: none).
    pub(super) fn qname(&mut self, inside: &'static str) -> Result<(&'t str, usize), ParseError> {
        let start = self.at;
        let prefix = self.ncname(inside)?.len();
        if self.byte() != Some(b':') {
            return Ok((&self.text[start..self.at], 0));
        }
        self.at += 1;
        self.ncname(inside)?;
        Ok((&self.text[start..self.at], prefix))
    }

    /// A quoted literal; the span is that of its content.
    pub(super) fn literal(&mut self, inside: &'static str) -> Result<Span, ParseError> {
        let quote = match self.byte() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.unexpected("a quote", inside)),
        };
        self.at += 1;
        let start = self.offset();
        let content = self.until(if quote == b'"' { "\"" } else { "'" }, inside)?;
        self.check_chars(content)?;
        Ok(Span::new(start, start + content.len() as u32))
    }

    /// Everything up to `token`, which is stepped over.
    pub(super) fn until(
        &mut self,
        token: &str,
        inside: &'static str,
    ) -> Result<&'t str, ParseError> {
        let rest = self.rest();
        match rest.find(token) {
            Some(length) => {
                self.at += length + token.len();
                Ok(&rest[..length])
            }
            None => {
                self.at = self.text.len();
                Err(self.error(ParseErrorKind::UnexpectedEnd { inside }))
            }
        }
    }

    /// Checks that `part`, a slice of the text, holds only characters that XML allows.
    pub(super) fn check_chars(&self, part: &'t str) -> Result<(), ParseError> {
        let Some((at, found)) = first_invalid(part) else { return Ok(()) };
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        Err(self.error_at(start + at, ParseErrorKind::InvalidCharacter { found }))
    }

    /// The error for something else standing here than `expected`.
    pub(super) fn unexpected(&self, expected: &'static str, inside: &'static str) -> ParseError {
        self.error(match self.rest().chars().next() {
            None => ParseErrorKind::UnexpectedEnd { inside },
            Some(found) if !is_char(found) => ParseErrorKind::InvalidCharacter { found },
            Some(found) => ParseErrorKind::Expected { expected, found },
        })
    }

    pub(super) fn error(&self, kind: ParseErrorKind) -> ParseError {
        self.error_at(self.at, kind)
    }

    #[cold]
    pub(super) fn error_at(&self, at: usize, kind: ParseErrorKind) -> ParseError {
        let offset = u32::try_from(at).unwrap_or(u32::MAX);
        let position = LineIndex::new(self.text).position(self.text, offset);
        ParseError { kind, position, offset }
    }
}

/// The first character of `part` that XML does not allow, and its offset.
fn first_invalid(part: &str) -> Option<(usize, char)> {
    // Control characters and U+FFFE, U+FFFF (which start with EF): only then look at characters.
    let suspicious = |byte: u8| byte == 0xEF || (byte < 0x20 && !is_space_byte(byte));
    if !part.bytes().any(suspicious) {
        return None;
    }
    part.char_indices().find(|&(_, c)| !is_char(c))
}
