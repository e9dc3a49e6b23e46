//! Start tags with their attributes, and end tags.

use std::collections::HashSet;

use super::namespaces::Uri;
use super::reader::{Open, Reader};
use crate::error::{ParseError, ParseErrorKind};
use crate::name::{XML_NAMESPACE, XMLNS_NAMESPACE};
use crate::node::{NONE, Node, NodeKind};
use crate::span::Span;

/// An attribute as written; its namespace is known only when the whole tag has been read.
struct Written<'t> {
    qname: &'t str,
    prefix: usize,
    span: Span,
    inner: Span,
}

const TAG: &str = "a start tag";

impl<'t> Reader<'t> {
    pub(super) fn start_tag(&mut self) -> Result<(), ParseError> {
        let limit = self.limits.max_depth;
        if self.open.len() >= limit {
            return Err(self.cursor.error(ParseErrorKind::TooDeep { limit }));
        }
        if self.open.is_empty() {
            self.root_element()?;
        }
        let start = self.cursor.offset();
        self.cursor.at += 1;
        let (qname, prefix) = self.cursor.qname(TAG)?;
        let attributes = self.attributes()?;
        let closed = self.cursor.eat("/");
        self.cursor.expect(">", TAG)?;
        let end = self.cursor.offset();

        let namespaces = self.scope.mark();
        self.declare_namespaces(&attributes)?;
        let uri = self.namespace(qname, prefix, start + 1)?;
        let element =
            self.add(Node::new(NodeKind::Element, Span::new(start, end), Span::at(end)))?;
        let name = self.intern(qname, prefix, uri);
        self.set_name(element, name);
        self.resolve_attributes(element, &attributes)?;
        if closed {
            self.scope.close(namespaces);
        } else {
            self.open.push(Open { node: element, qname, namespaces });
        }
        Ok(())
    }

    pub(super) fn end_tag(&mut self) -> Result<(), ParseError> {
        let start = self.cursor.offset();
        self.cursor.at += 2;
        let (qname, _) = self.cursor.qname("an end tag")?;
        let Some(open) = self.open.pop() else {
            let kind = ParseErrorKind::StrayEndTag { name: qname.to_owned() };
            return Err(self.cursor.error_at(start as usize + 2, kind));
        };
        if open.qname != qname {
            let opened = self.nodes[open.node as usize].span.start;
            let kind = ParseErrorKind::MismatchedEndTag {
                expected: open.qname.to_owned(),
                found: qname.to_owned(),
                line: self
                    .cursor
                    .error_at(opened as usize, ParseErrorKind::NoRootElement)
                    .position
                    .line,
            };
            return Err(self.cursor.error_at(start as usize + 2, kind));
        }
        self.cursor.skip_space();
        self.cursor.expect(">", "an end tag")?;
        let end = self.cursor.offset();
        let element = &mut self.nodes[open.node as usize];
        element.inner.end = start;
        element.span.end = end;
        self.scope.close(open.namespaces);
        Ok(())
    }

    /// The attributes up to the end of the tag.
    fn attributes(&mut self) -> Result<Vec<Written<'t>>, ParseError> {
        let limit = self.limits.max_attributes;
        let mut attributes = Vec::new();
        loop {
            let spaced = self.cursor.skip_space();
            match self.cursor.byte() {
                Some(b'/' | b'>') => return Ok(attributes),
                _ if !spaced => return Err(self.cursor.unexpected("white space or '>'", TAG)),
                _ => {}
            }
            if attributes.len() >= limit {
                return Err(self.cursor.error(ParseErrorKind::TooManyAttributes { limit }));
            }
            attributes.push(self.attribute()?);
        }
    }

    fn attribute(&mut self) -> Result<Written<'t>, ParseError> {
        let start = self.cursor.offset();
        let (qname, prefix) = self.cursor.qname(TAG)?;
        self.cursor.skip_space();
        self.cursor.expect("=", TAG)?;
        self.cursor.skip_space();
        let quote = match self.cursor.byte() {
            Some(quote @ (b'"' | b'\'')) => quote,
            _ => return Err(self.cursor.unexpected("a quote", TAG)),
        };
        self.cursor.at += 1;
        let inner = self.cursor.offset();
        loop {
            let bytes = self.cursor.text.as_bytes();
            let plain = bytes[self.cursor.at..]
                .iter()
                .position(|&byte| byte == quote || byte == b'<' || byte == b'&');
            let Some(plain) = plain else {
                self.cursor.at = bytes.len();
                let kind = ParseErrorKind::UnexpectedEnd { inside: "an attribute value" };
                return Err(self.cursor.error(kind));
            };
            self.cursor.check_chars(&self.cursor.rest()[..plain])?;
            self.cursor.at += plain;
            match self.cursor.byte() {
                Some(b'&') => {
                    self.reference(true)?;
                }
                Some(b'<') => return Err(self.cursor.unexpected("'&lt;'", "an attribute value")),
                _ => break,
            }
        }
        let inner = Span::new(inner, self.cursor.offset());
        self.cursor.at += 1;
        Ok(Written { qname, prefix, span: Span::new(start, self.cursor.offset()), inner })
    }

    fn declare_namespaces(&mut self, attributes: &[Written<'t>]) -> Result<(), ParseError> {
        for attribute in attributes {
            let prefix = match attribute.qname.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => &rest[1..],
                _ => continue,
            };
            let uri = self.entities.decode(attribute.inner.of(self.cursor.text));
            let allowed = match prefix {
                "xml" => uri == XML_NAMESPACE,
                "xmlns" => false,
                "" => uri != XML_NAMESPACE && uri != XMLNS_NAMESPACE,
                _ => !uri.is_empty() && uri != XML_NAMESPACE && uri != XMLNS_NAMESPACE,
            };
            if !allowed {
                let kind = ParseErrorKind::ReservedNamespace { name: attribute.qname.to_owned() };
                return Err(self.cursor.error_at(attribute.span.start as usize, kind));
            }
            self.scope.bind(prefix, &uri);
        }
        Ok(())
    }

    /// The namespace of an element's name.
    fn namespace(&self, qname: &str, prefix: usize, at: u32) -> Result<Uri, ParseError> {
        let prefix = &qname[..prefix];
        self.scope.lookup(prefix).ok_or_else(|| {
            let kind = ParseErrorKind::UndeclaredPrefix { prefix: prefix.to_owned() };
            self.cursor.error_at(at as usize, kind)
        })
    }

    fn resolve_attributes(
        &mut self,
        element: u32,
        attributes: &[Written<'t>],
    ) -> Result<(), ParseError> {
        let mut seen =
            HashSet::with_capacity(if attributes.len() > 1 { attributes.len() } else { 0 });
        let mut previous = NONE;
        for attribute in attributes {
            let Written { qname, prefix, span, inner } = *attribute;
            let uri = match (&qname[..prefix], qname) {
                ("xmlns", _) | ("", "xmlns") => Uri::XMLNS,
                ("", _) => Uri::NONE,
                _ => self.namespace(qname, prefix, span.start)?,
            };
            let local = if prefix == 0 { qname } else { &qname[prefix + 1..] };
            // `xmlns` and `xmlns:xmlns` would be the same name, but the latter was refused above.
            if attributes.len() > 1 && !seen.insert((local, uri)) {
                let kind = ParseErrorKind::DuplicateAttribute { name: qname.to_owned() };
                return Err(self.cursor.error_at(span.start as usize, kind));
            }
            previous =
                self.add_attribute(Node::new(NodeKind::Attribute, span, inner), element, previous)?;
            let name = self.intern(qname, prefix, uri);
            self.set_name(previous, name);
        }
        Ok(())
    }
}
