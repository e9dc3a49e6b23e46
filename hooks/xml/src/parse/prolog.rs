//! What may stand before the root element: the XML declaration and the document type.

use super::reader::Reader;
use crate::doctype::Doctype;
use crate::document::Declaration;
use crate::error::{ParseError, ParseErrorKind};
use crate::node::{Node, NodeKind};
use crate::span::Span;

const DECLARATION: &str = "the XML declaration";
const DOCTYPE: &str = "the document type declaration";

impl Reader<'_> {
    /// The XML declaration, if the text starts with one.
    pub(super) fn declaration(&mut self) -> Result<(), ParseError> {
        let starts = self.cursor.starts_with("<?xml")
            && self.cursor.rest()[5..].starts_with([' ', '\t', '\r', '\n', '?']);
        if !starts {
            return Ok(());
        }
        let start = self.cursor.offset();
        self.cursor.at += "<?xml".len();
        let [mut version, mut encoding, mut standalone] = [None; 3];
        loop {
            let spaced = self.cursor.skip_space();
            if self.cursor.eat("?>") {
                break;
            }
            if !spaced {
                return Err(self.cursor.unexpected("white space or '?>'", DECLARATION));
            }
            let name_at = self.cursor.at;
            let name = self.cursor.ncname(DECLARATION)?;
            self.cursor.skip_space();
            self.cursor.expect("=", DECLARATION)?;
            self.cursor.skip_space();
            let value_at = self.cursor.at + 1;
            let value = self.cursor.literal(DECLARATION)?;
            let text = value.of(self.cursor.text);
            let malformed = |what, at| {
                Err(self.cursor.error_at(at, ParseErrorKind::MalformedDeclaration { what }))
            };
            match name {
                "version" if version.is_none() => {
                    if !text.strip_prefix("1.").is_some_and(|minor| {
                        !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())
                    }) {
                        return malformed("the version is not 1.0", value_at);
                    }
                    version = Some(value);
                }
                "encoding" if version.is_some() && encoding.is_none() && standalone.is_none() => {
                    let valid = text.starts_with(|c: char| c.is_ascii_alphabetic())
                        && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
                    if !valid {
                        return malformed("the encoding is not a name of an encoding", value_at);
                    }
                    encoding = Some(value);
                }
                "standalone" if version.is_some() && standalone.is_none() => {
                    if text != "yes" && text != "no" {
                        return malformed("standalone is neither 'yes' nor 'no'", value_at);
                    }
                    standalone = Some(value);
                }
                _ => {
                    return malformed(
                        "only version, encoding and standalone may stand here, in this order",
                        name_at,
                    );
                }
            }
        }
        let span = Span::new(start, self.cursor.offset());
        let Some(version) = version else {
            let kind = ParseErrorKind::MalformedDeclaration { what: "the version is missing" };
            return Err(self.cursor.error_at(start as usize, kind));
        };
        self.declaration = Some(Declaration { span, version, encoding, standalone });
        let inner = Span::new(span.start + 5, span.end - 2);
        self.add(Node::new(NodeKind::Declaration, span, inner))?;
        Ok(())
    }

    /// The document type declaration at the cursor.
    pub(super) fn doctype(&mut self) -> Result<(), ParseError> {
        if !self.before_root() || self.doctype.is_some() {
            return Err(self.cursor.error(ParseErrorKind::MisplacedDoctype));
        }
        let start = self.cursor.offset();
        self.cursor.at += "<!DOCTYPE".len();
        self.cursor.expect_space(DOCTYPE)?;
        let name_at = self.cursor.offset();
        self.cursor.qname(DOCTYPE)?;
        let name = Span::new(name_at, self.cursor.offset());
        let spaced = self.cursor.skip_space();
        let [mut public_id, mut system_id] = [None; 2];
        if spaced && self.cursor.eat("PUBLIC") {
            self.cursor.expect_space(DOCTYPE)?;
            public_id = Some(self.cursor.literal(DOCTYPE)?);
            self.cursor.expect_space(DOCTYPE)?;
            system_id = Some(self.cursor.literal(DOCTYPE)?);
        } else if spaced && self.cursor.eat("SYSTEM") {
            self.cursor.expect_space(DOCTYPE)?;
            system_id = Some(self.cursor.literal(DOCTYPE)?);
        }
        self.entities.incomplete |= system_id.is_some();
        self.cursor.skip_space();
        let mut internal_subset = None;
        if self.cursor.eat("[") {
            let start = self.cursor.offset();
            self.internal_subset()?;
            internal_subset = Some(Span::new(start, self.cursor.offset()));
            self.cursor.expect("]", DOCTYPE)?;
            self.cursor.skip_space();
        }
        self.cursor.expect(">", DOCTYPE)?;
        let span = Span::new(start, self.cursor.offset());
        self.doctype = Some(Doctype { span, name, public_id, system_id, internal_subset });
        let inner = Span::new(name.start, span.end - 1);
        self.add(Node::new(NodeKind::Doctype, span, inner))?;
        Ok(())
    }
}
