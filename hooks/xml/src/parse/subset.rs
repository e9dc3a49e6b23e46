//! The internal subset of a document type: skipped over, save for general entities.

use super::reader::Reader;
use crate::entities::{Entity, character};
use crate::error::{ParseError, ParseErrorKind};

const SUBSET: &str = "the internal subset";

impl Reader<'_> {
    /// Reads up to the `]` that ends the subset.
    pub(super) fn internal_subset(&mut self) -> Result<(), ParseError> {
        loop {
            self.cursor.skip_space();
            match self.cursor.byte() {
                Some(b']') => return Ok(()),
                Some(b'%') => {
                    self.cursor.at += 1;
                    self.cursor.ncname(SUBSET)?;
                    self.cursor.expect(";", SUBSET)?;
                    self.entities.incomplete = true;
                }
                Some(b'<') if self.cursor.eat("<!--") => {
                    let text = self.cursor.until("--", "a comment")?;
                    self.cursor.check_chars(text)?;
                    if !self.cursor.eat(">") {
                        let at = self.cursor.at - 2;
                        let kind = ParseErrorKind::DoubleHyphenInComment;
                        return Err(self.cursor.error_at(at, kind));
                    }
                }
                Some(b'<') if self.cursor.eat("<?") => {
                    let text = self.cursor.until("?>", "a processing instruction")?;
                    self.cursor.check_chars(text)?;
                }
                Some(b'<') if self.cursor.eat("<!ENTITY") => self.entity()?,
                Some(b'<')
                    if ["<!ELEMENT", "<!ATTLIST", "<!NOTATION"]
                        .iter()
                        .any(|token| self.cursor.starts_with(token)) =>
                {
                    self.skip_declaration()?;
                }
                _ => return Err(self.cursor.unexpected("a declaration or ']'", SUBSET)),
            }
        }
    }

    /// Steps over a declaration; a `>` in a literal does not end it.
    fn skip_declaration(&mut self) -> Result<(), ParseError> {
        loop {
            match self.cursor.byte() {
                Some(b'>') => {
                    self.cursor.at += 1;
                    return Ok(());
                }
                Some(b'"' | b'\'') => {
                    self.cursor.literal(SUBSET)?;
                }
                Some(_) => self.cursor.at += 1,
                None => return Err(self.cursor.unexpected("'>'", SUBSET)),
            }
        }
    }

    /// `<!ENTITY name "text">`, or external, or a parameter entity; the cursor is after `ENTITY`.
    fn entity(&mut self) -> Result<(), ParseError> {
        self.cursor.expect_space(SUBSET)?;
        let parameter = self.cursor.eat("%");
        if parameter {
            self.cursor.expect_space(SUBSET)?;
        }
        let name = self.cursor.ncname(SUBSET)?;
        self.cursor.expect_space(SUBSET)?;
        let entity = if matches!(self.cursor.byte(), Some(b'"' | b'\'')) {
            let value = self.cursor.literal(SUBSET)?;
            let text = value.of(self.cursor.text);
            Entity::Internal(self.replacement_text(text, value.start)?)
        } else {
            Entity::External
        };
        self.skip_declaration()?;
        if !parameter {
            self.entities.declare(name, entity);
        }
        Ok(())
    }

    /// The replacement text of an entity value: character references resolved, the rest as is
    /// (XML 1.0, 4.4). `&#38;` becomes a bare `&`, which a reference to the entity then reads.
    fn replacement_text(&self, value: &str, start: u32) -> Result<Box<str>, ParseError> {
        let mut out = String::with_capacity(value.len());
        let mut rest = value;
        while let Some(at) = rest.find("&#") {
            out.push_str(&rest[..at]);
            let reference = &rest[at + 2..];
            let length = reference.find(';').unwrap_or(0);
            let digits = &reference[..length];
            match character(digits) {
                Some(found) => out.push(found),
                None => {
                    let kind =
                        ParseErrorKind::InvalidCharacterReference { digits: digits.to_owned() };
                    let offset = start as usize + (value.len() - rest.len()) + at;
                    return Err(self.cursor.error_at(offset, kind));
                }
            }
            rest = &reference[length + 1..];
        }
        out.push_str(rest);
        Ok(out.into())
    }
}
