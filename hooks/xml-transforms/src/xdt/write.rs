//! From the tree back to text, character for character as .NET's `XmlTextWriter` does it under
//! the original: quotes, escapes, prefixes and namespace declarations.

use cofferdam_xml::{Document, NodeId, NodeKind};

use super::layout::source_spaces;
use super::prefixes::Prefixes;
use super::target::Target;

/// Columns that a line with new attributes may have before one is wrapped.
const MAX_LINE_COLUMNS: usize = 160;

/// Where a wrapped attribute goes when nothing tells.
const DEFAULT_NEWLINE: &str = "\r\n";

/// Why a tree has no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A comment would hold `--`: an element with a comment in it was commented out.
    #[error(
        "a comment cannot hold '--': an element with a comment in it was to be commented out; remove it instead"
    )]
    DoubleHyphen,
}

/// The whole document, laid out tag by tag as the source was.
pub(super) fn document(target: &Target) -> Result<String, WriteError> {
    let mut writer = Writer::new(&target.document, Some(target));
    writer.out.reserve(target.document.source().len());
    for child in target.document.children(target.document.root()) {
        writer.node(child)?;
    }
    Ok(writer.out)
}

/// One element by itself, plainly: what .NET calls `OuterXml`. All namespaces it needs are
/// declared in it.
pub(super) fn outer_xml(
    document: &Document,
    target: Option<&Target>,
    element: NodeId,
) -> Result<String, WriteError> {
    let mut writer = Writer::new(document, target);
    writer.plain = true;
    writer.node(element)?;
    Ok(writer.out)
}

struct Writer<'a> {
    document: &'a Document,
    target: Option<&'a Target>,
    /// No layout of tags, entity references resolved.
    plain: bool,
    out: String,
    /// The column after the first `measured` bytes of `out`.
    column: usize,
    measured: usize,
    prefixes: Prefixes,
}

impl<'a> Writer<'a> {
    fn new(document: &'a Document, target: Option<&'a Target>) -> Self {
        Self {
            document,
            target,
            plain: false,
            out: String::new(),
            column: 1,
            measured: 0,
            prefixes: Prefixes::new(),
        }
    }

    fn node(&mut self, node: NodeId) -> Result<(), WriteError> {
        let document = self.document;
        match document.kind(node) {
            NodeKind::Document => {}
            NodeKind::Element => self.element(node)?,
            NodeKind::Text => self.text(node),
            NodeKind::Cdata => {
                self.out.push_str("<![CDATA[");
                self.out.push_str(&document.value(node));
                self.out.push_str("]]>");
            }
            NodeKind::Comment => {
                let text = document.value(node);
                if text.contains("--") || text.ends_with('-') {
                    return Err(WriteError::DoubleHyphen);
                }
                self.out.push_str("<!--");
                self.out.push_str(&text);
                self.out.push_str("-->");
            }
            NodeKind::ProcessingInstruction => {
                let target = document.name(node).map_or("", |name| &name.local);
                self.out.push_str(&format!("<?{target} {}?>", document.value(node)));
            }
            NodeKind::EntityReference if self.plain => {
                let value = document.value(node);
                self.escape(&value, false);
            }
            NodeKind::EntityReference => {
                let name = document.name(node).map_or("", |name| &name.local);
                self.out.push_str(&format!("&{name};"));
            }
            NodeKind::Declaration => self.declaration(),
            NodeKind::Doctype => self.doctype(),
            NodeKind::Attribute => {}
        }
        Ok(())
    }

    fn text(&mut self, node: NodeId) {
        let value = self.document.value(node);
        self.escape(&value, false);
    }

    fn declaration(&mut self) {
        let Some(declaration) = self.document.declaration() else { return };
        let parts = [
            ("version", Some(declaration.version)),
            ("encoding", declaration.encoding),
            ("standalone", declaration.standalone),
        ];
        self.out.push_str("<?xml");
        for (name, span) in parts {
            if let Some(span) = span {
                self.out.push_str(&format!(" {name}=\"{}\"", self.document.text_of(span)));
            }
        }
        self.out.push_str("?>");
    }

    fn doctype(&mut self) {
        let Some(doctype) = self.document.doctype() else { return };
        let part = |span| self.document.text_of(span);
        let mut text = format!("<!DOCTYPE {}", part(doctype.name));
        match (doctype.public_id, doctype.system_id) {
            (Some(public), Some(system)) => {
                text.push_str(&format!(
                    " PUBLIC {} {}",
                    quoted(part(public)),
                    quoted(part(system))
                ));
            }
            (_, Some(system)) => text.push_str(&format!(" SYSTEM {}", quoted(part(system)))),
            _ => {}
        }
        text.push_str(&format!("[{}]>", doctype.internal_subset.map_or("", part)));
        self.out.push_str(&text);
    }

    fn element(&mut self, element: NodeId) -> Result<(), WriteError> {
        let Some(name) = self.document.name(element) else { return Ok(()) };
        let prefix = self.prefixes.of_element(name);
        let qname = if prefix.is_empty() {
            name.local.to_string()
        } else {
            format!("{prefix}:{}", name.local)
        };
        self.prefixes.open(&prefix, &name.namespace);
        self.out.push('<');
        self.out.push_str(&qname);
        self.attributes(element);
        self.declare_missing();
        let is_empty = match self.target {
            Some(target) => target.is_empty(element),
            None => self.document.is_self_closed(element),
        };
        if is_empty {
            self.out.push_str(if self.plain { " />" } else { "/>" });
        } else {
            self.out.push('>');
            for child in self.document.children(element) {
                self.node(child)?;
            }
            self.out.push_str(&format!("</{qname}>"));
        }
        self.prefixes.close();
        Ok(())
    }

    fn attributes(&mut self, element: NodeId) {
        let document = self.document;
        if self.plain {
            for attribute in document.attributes(element) {
                self.out.push(' ');
                let text = self.attribute(attribute);
                self.out.push_str(&text);
            }
            return;
        }
        let Some(layout) = self.target.and_then(|target| target.layouts.get(&element)) else {
            for (attribute, space) in source_spaces(document, element) {
                self.out.push_str(space);
                if let Some(attribute) = attribute {
                    let text = self.attribute(attribute);
                    self.out.push_str(&text);
                }
            }
            return;
        };
        let newline = layout.newline.as_deref().unwrap_or(DEFAULT_NEWLINE);
        let named: Vec<(String, NodeId)> = document
            .attributes(element)
            .filter_map(|each| Some((document.name(each)?.to_string(), each)))
            .collect();
        for slot in &layout.order {
            for (_, attribute) in named.iter().filter(|(name, _)| name == slot) {
                let text = self.attribute(*attribute);
                match layout.space(Some(slot)) {
                    Some(space) => self.out.push_str(space),
                    None => {
                        let columns = text.encode_utf16().count() + 1;
                        let fits = self.column() + columns <= MAX_LINE_COLUMNS;
                        self.out.push_str(if fits { " " } else { newline });
                    }
                }
                self.out.push_str(&text);
            }
        }
        self.out.push_str(layout.space(None).unwrap_or_default());
    }

    /// `name="value"`, its prefix bound first.
    fn attribute(&mut self, attribute: NodeId) -> String {
        let document = self.document;
        let Some(name) = document.name(attribute) else { return String::new() };
        let value = document.value(attribute);
        let qname = if let Some(prefix) = document.declared_prefix(attribute) {
            self.prefixes.bind(prefix, &value, true);
            name.to_string()
        } else {
            match self.prefixes.of_attribute(name) {
                prefix if prefix.is_empty() => name.local.to_string(),
                prefix => format!("{prefix}:{}", name.local),
            }
        };
        let raw = document
            .inner_span(attribute)
            .filter(|_| !self.plain && !document.value_was_set(attribute))
            .map(|span| document.text_of(span))
            .filter(|raw| raw.contains('&'));
        let mut text = format!("{qname}=\"");
        let start = std::mem::take(&mut self.out);
        match raw {
            Some(raw) => self.escape_keeping_entities(raw),
            None => self.escape(&value, true),
        }
        text.push_str(&self.out);
        self.out = start;
        text.push('"');
        text
    }

    /// Declares the namespaces that names in this tag need and no attribute declared.
    fn declare_missing(&mut self) {
        for (name, uri) in self.prefixes.take_missing() {
            self.out.push_str(&format!(" {name}=\""));
            self.escape(&uri, true);
            self.out.push('"');
        }
    }

    /// The 1-based column that the next character goes to.
    fn column(&mut self) -> usize {
        let fresh = &self.out[self.measured..];
        match fresh.rsplit_once('\n') {
            Some((_, line)) => self.column = 1 + line.encode_utf16().count(),
            None => self.column += fresh.encode_utf16().count(),
        }
        self.measured = self.out.len();
        self.column
    }

    fn escape(&mut self, text: &str, in_attribute: bool) {
        let special = |c: char| match c {
            '<' | '>' | '&' => true,
            '"' | '\r' | '\n' => in_attribute,
            _ => false,
        };
        let mut rest = text;
        while let Some(at) = rest.find(special) {
            self.out.push_str(&rest[..at]);
            let c = rest[at..].chars().next().unwrap_or_default();
            self.out.push_str(match c {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\r' => "&#xD;",
                _ => "&#xA;",
            });
            rest = &rest[at + c.len_utf8()..];
        }
        self.out.push_str(rest);
    }

    /// An attribute value of the source, whose references to declared entities stay.
    fn escape_keeping_entities(&mut self, raw: &str) {
        let mut rest = raw;
        while let Some(at) = rest.find('&') {
            self.escape(&rest[..at], true);
            let end = rest[at..].find(';').map_or(rest.len(), |length| at + length + 1);
            let reference = &rest[at..end];
            match character(reference) {
                Some(c) => self.escape(c.encode_utf8(&mut [0; 4]), true),
                None => self.out.push_str(reference),
            }
            rest = &rest[end..];
        }
        self.escape(rest, true);
    }
}

fn quoted(text: &str) -> String {
    if text.contains('"') { format!("'{text}'") } else { format!("\"{text}\"") }
}

/// The character that a reference stands for by itself, without a declaration.
fn character(reference: &str) -> Option<char> {
    Some(match reference {
        "&lt;" => '<',
        "&gt;" => '>',
        "&amp;" => '&',
        "&quot;" => '"',
        "&apos;" => '\'',
        _ => {
            let digits = reference.strip_prefix("&#")?.strip_suffix(';')?;
            let code = match digits.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    })
}
