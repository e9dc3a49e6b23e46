//! Content: text, references, comments, CDATA sections, processing instructions.

use super::namespaces::Uri;
use super::reader::{Reader, all_space};
use crate::error::{ParseError, ParseErrorKind};
use crate::node::{Node, NodeKind};
use crate::span::Span;

impl Reader<'_> {
    /// Reads the markup at the cursor, which is a `<`.
    pub(super) fn markup(&mut self) -> Result<(), ParseError> {
        match self.cursor.text.as_bytes().get(self.cursor.at + 1) {
            Some(b'/') => self.end_tag(),
            Some(b'!') if self.cursor.starts_with("<!--") => self.comment(),
            Some(b'!') if self.cursor.starts_with("<![CDATA[") => self.cdata(),
            Some(b'!') if self.cursor.starts_with("<!DOCTYPE") => self.doctype(),
            Some(b'!') => {
                self.cursor.at += 2;
                Err(self.cursor.unexpected("a comment or a CDATA section", "markup"))
            }
            Some(b'?') => self.processing_instruction(),
            _ => self.start_tag(),
        }
    }

    /// Text up to the next markup, in one node unless an entity reference divides it.
    pub(super) fn text(&mut self) -> Result<(), ParseError> {
        let mut start = self.cursor.offset();
        loop {
            let bytes = self.cursor.text.as_bytes();
            let plain = bytes[self.cursor.at..]
                .iter()
                .position(|&byte| byte == b'<' || byte == b'&')
                .unwrap_or(bytes.len() - self.cursor.at);
            let piece = &self.cursor.rest()[..plain];
            self.cursor.check_chars(piece)?;
            if let Some(at) = piece.find("]]>") {
                let at = self.cursor.at + at;
                return Err(self.cursor.error_at(at, ParseErrorKind::CdataEndInText));
            }
            self.cursor.at += plain;
            if self.cursor.byte() != Some(b'&') {
                return self.flush_text(start);
            }
            let reference = self.cursor.offset();
            if self.reference(false)?.is_some() {
                let end = self.cursor.offset();
                self.flush_text_until(start, reference)?;
                self.entity_reference(Span::new(reference, end))?;
                start = end;
            }
        }
    }

    fn flush_text(&mut self, start: u32) -> Result<(), ParseError> {
        self.flush_text_until(start, self.cursor.offset())
    }

    fn flush_text_until(&mut self, start: u32, end: u32) -> Result<(), ParseError> {
        let span = Span::new(start, end);
        if !span.is_empty() {
            self.add(Node::new(NodeKind::Text, span, span))?;
        }
        Ok(())
    }

    fn entity_reference(&mut self, span: Span) -> Result<(), ParseError> {
        let inner = Span::new(span.start + 1, span.end - 1);
        let node = self.add(Node::new(NodeKind::EntityReference, span, inner))?;
        let name = self.intern(inner.of(self.cursor.text), 0, Uri::NONE);
        self.set_name(node, name);
        Ok(())
    }

    fn comment(&mut self) -> Result<(), ParseError> {
        let start = self.cursor.offset();
        self.cursor.at += "<!--".len();
        let inner = self.cursor.offset();
        let text = self.cursor.until("--", "a comment")?;
        self.cursor.check_chars(text)?;
        if !self.cursor.eat(">") {
            let at = self.cursor.at - 2;
            return Err(self.cursor.error_at(at, ParseErrorKind::DoubleHyphenInComment));
        }
        let span = Span::new(start, self.cursor.offset());
        self.add(Node::new(NodeKind::Comment, span, Span::new(inner, span.end - 3)))?;
        Ok(())
    }

    fn cdata(&mut self) -> Result<(), ParseError> {
        if self.open.is_empty() && !self.fragment {
            return Err(self.cursor.error(ParseErrorKind::TextAtRoot));
        }
        let start = self.cursor.offset();
        self.cursor.at += "<![CDATA[".len();
        let inner = self.cursor.offset();
        let text = self.cursor.until("]]>", "a CDATA section")?;
        self.cursor.check_chars(text)?;
        let span = Span::new(start, self.cursor.offset());
        self.add(Node::new(NodeKind::Cdata, span, Span::new(inner, span.end - 3)))?;
        Ok(())
    }

    fn processing_instruction(&mut self) -> Result<(), ParseError> {
        let start = self.cursor.offset();
        self.cursor.at += 2;
        let target = self.cursor.ncname("a processing instruction")?;
        if target.eq_ignore_ascii_case("xml") {
            let kind = ParseErrorKind::MisplacedDeclaration;
            return Err(self.cursor.error_at(start as usize, kind));
        }
        let spaced = self.cursor.skip_space();
        let inner = self.cursor.offset();
        let data = self.cursor.until("?>", "a processing instruction")?;
        if !spaced && !all_space(data) {
            self.cursor.at = inner as usize;
            return Err(self.cursor.unexpected("white space or '?>'", "a processing instruction"));
        }
        self.cursor.check_chars(data)?;
        let span = Span::new(start, self.cursor.offset());
        let inner = Span::new(inner, span.end - 2);
        let node = self.add(Node::new(NodeKind::ProcessingInstruction, span, inner))?;
        let name = self.intern(target, 0, Uri::NONE);
        self.set_name(node, name);
        Ok(())
    }
}
