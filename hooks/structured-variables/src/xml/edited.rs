//! A document that is being edited: the tree, in which later XPaths find earlier values, and the edits of its text.

use std::collections::HashMap;
use std::ops::Range;

use cofferdam_hook_files::Newline;
use cofferdam_xml::{Document, NodeId, NodeKind, Options, Span, escape, parse_fragment};

use super::serialize;
use crate::edit::Edit;

/// Why a node keeps its value.
pub(crate) enum Refusal {
    /// The value is no markup, and markup is needed.
    NotMarkup,
    /// Nodes of this kind have no value.
    NoValue(&'static str),
    /// XML has no way to write the value.
    Unwritable(String),
}

/// A parsed text and what has been changed in it.
pub(crate) struct Edited {
    document: Document,
    newline: &'static str,
    /// The new texts by the places they take, start and end: of two for the same place, as those of
    /// an element and of its only text, the later one counts.
    edits: HashMap<(usize, usize), String>,
    /// Elements of the text in which a node was changed that is not of the text.
    rewritten: Vec<NodeId>,
}

impl Edited {
    /// White space between tags is no text for the original, so no XPath may find it; the file keeps it.
    pub(crate) fn new(mut document: Document) -> Self {
        let newline = Newline::majority(document.source()).unwrap_or(Newline::Lf).as_str();
        let blank: Vec<NodeId> = document
            .descendants(document.root())
            .filter(|node| document.is_whitespace(*node) && !preserved(&document, *node))
            .collect();
        for node in blank {
            document.detach(node);
        }
        Self { document, newline, edits: HashMap::new(), rewritten: Vec::new() }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// Gives a node a value.
    pub(crate) fn set(&mut self, node: NodeId, value: &str) -> Result<(), Refusal> {
        let kind = self.document.kind(node);
        match kind {
            NodeKind::Element => self.set_element(node, value),
            NodeKind::Attribute
            | NodeKind::Text
            | NodeKind::Cdata
            | NodeKind::Comment
            | NodeKind::ProcessingInstruction => self.set_simple(node, kind, value),
            NodeKind::Document => Err(Refusal::NoValue("Document")),
            NodeKind::Doctype => Err(Refusal::NoValue("DocumentType")),
            NodeKind::EntityReference => Err(Refusal::NoValue("EntityReference")),
            NodeKind::Declaration => Err(Refusal::NoValue("XmlDeclaration")),
        }
    }

    fn set_simple(&mut self, node: NodeId, kind: NodeKind, value: &str) -> Result<(), Refusal> {
        let unwritable = |error: escape::InvalidCharacter| Refusal::Unwritable(error.to_string());
        let inner = self.document.inner_span(node);
        let text = match kind {
            NodeKind::Attribute => {
                let quote = inner.and_then(|span| self.before(span)).unwrap_or('"');
                escape::attribute(value, quote).map_err(unwritable)?.into_owned()
            }
            NodeKind::Text => self.text(value)?,
            NodeKind::Cdata => {
                let lines = self.lines(value);
                escape::cdata(&lines).map_err(unwritable)?.into_owned()
            }
            NodeKind::Comment => comment(&self.lines(value)).map_err(Refusal::Unwritable)?,
            _ => instruction(&self.lines(value)).map_err(Refusal::Unwritable)?,
        };
        let mut range = inner.map(range);
        let mut text = text;
        if kind == NodeKind::ProcessingInstruction
            && let Some(inner) = &mut range
            && inner.start == inner.end
            && !text.is_empty()
        {
            // `<?target?>` has no blank that the data could follow.
            text.insert(0, ' ');
        }
        self.document.set_value(node, value);
        self.record(node, range, text);
        Ok(())
    }

    fn set_element(&mut self, element: NodeId, value: &str) -> Result<(), Refusal> {
        let children: Vec<NodeId> = self.document.children(element).collect();
        let kinds: Vec<NodeKind> =
            children.iter().map(|child| self.document.kind(*child)).collect();
        if let (&[only], &[NodeKind::Cdata]) = (children.as_slice(), kinds.as_slice()) {
            return self.set_simple(only, NodeKind::Cdata, value);
        }
        if kinds.contains(&NodeKind::Element) {
            return self.set_markup(element, &children, value);
        }
        let text = self.text(value)?;
        if let (&[only], &[NodeKind::Text]) = (children.as_slice(), kinds.as_slice()) {
            // The tree keeps its shape, which is cheaper than a new node.
            self.document.set_value(only, value);
        } else {
            for child in children {
                self.document.detach(child);
            }
            let new = self.document.create_text(value);
            self.document.append_child(element, new);
        }
        self.set_content(element, text);
        Ok(())
    }

    fn set_markup(
        &mut self,
        element: NodeId,
        children: &[NodeId],
        value: &str,
    ) -> Result<(), Refusal> {
        let namespaces = self.document.namespaces_in_scope(element);
        let options = Options { namespaces, ..Options::default() };
        let fragment = parse_fragment(value, &options).map_err(|_| Refusal::NotMarkup)?;
        let text = self.laid_out(element, &fragment);
        for child in children {
            self.document.detach(*child);
        }
        for child in fragment.children(fragment.root()) {
            let copy = self.document.import(&fragment, child);
            self.document.append_child(element, copy);
        }
        self.set_content(element, text);
        Ok(())
    }

    /// Markup as it goes between two tags: each element on its own line if the old ones were.
    fn laid_out(&self, element: NodeId, fragment: &Document) -> String {
        let source = fragment.source();
        let nodes: Vec<NodeId> = fragment.children(fragment.root()).collect();
        let only_elements = nodes
            .iter()
            .all(|node| fragment.is_whitespace(*node) || fragment.kind(*node) != NodeKind::Text);
        let old = self.document.inner_span(element).map(|inner| self.document.text_of(inner));
        let indent = old.and_then(first_indent).filter(|_| only_elements);
        let (Some(indent), Some(span)) = (indent, self.document.span(element)) else {
            return self.lines(source);
        };
        let outer = blanks_before(self.document.source(), span.start as usize);
        let mut text = String::new();
        for node in nodes.into_iter().filter(|node| !fragment.is_whitespace(*node)) {
            let written =
                fragment.span(node).map(|span| fragment.text_of(span)).unwrap_or_default();
            text.push_str(self.newline);
            text.push_str(indent);
            text.push_str(&self.lines(written));
        }
        text.push_str(self.newline);
        text.push_str(outer);
        text
    }

    /// Replaces what stands between the tags of an element.
    fn set_content(&mut self, element: NodeId, text: String) {
        let Some(span) = self.document.span(element) else {
            self.record(element, None, text);
            return;
        };
        if !self.document.is_self_closed(element) {
            let inner = self.document.inner_span(element).map(range);
            self.record(element, inner, text);
        } else if !text.is_empty() {
            // `<a x="1" />` needs an end tag.
            let tag = self.document.text_of(span);
            let open = tag.trim_end_matches("/>").trim_end().len();
            let name = self.document.name_span(element).map(|name| self.document.text_of(name));
            let text = format!(">{text}</{}>", name.unwrap_or_default());
            let end = span.end as usize;
            self.record(element, Some(span.start as usize + open..end), text);
        }
    }

    /// Notes an edit; a node without place is part of what some element of the text was given.
    fn record(&mut self, node: NodeId, place: Option<Range<usize>>, text: String) {
        if let Some(range) = place {
            self.edits.insert((range.start, range.end), text);
            return;
        }
        let owner =
            self.document.ancestors(node).find(|owner| self.document.span(*owner).is_some());
        if let Some(owner) = owner.filter(|owner| !self.rewritten.contains(owner)) {
            self.rewritten.push(owner);
        }
    }

    /// All edits of the text.
    pub(crate) fn into_edits(mut self) -> Result<Vec<Edit>, String> {
        for element in std::mem::take(&mut self.rewritten) {
            let text = serialize::children(&self.document, element)?;
            self.set_content(element, text);
        }
        let edit = |((start, end), text)| Edit { range: start..end, text };
        Ok(self.edits.into_iter().map(edit).collect())
    }

    fn text(&self, value: &str) -> Result<String, Refusal> {
        escape::text(&self.lines(value))
            // The line ends are those of the file.
            .map(|text| text.replace("&#xD;\n", "\r\n"))
            .map_err(|error| Refusal::Unwritable(error.to_string()))
    }

    /// A value with the line ends of the file, which a reader sees as line feeds either way.
    fn lines(&self, value: &str) -> String {
        let value = value.replace("\r\n", "\n");
        if self.newline == "\n" { value } else { value.replace('\n', self.newline) }
    }

    fn before(&self, span: Span) -> Option<char> {
        self.document.source().get(..span.start as usize)?.chars().next_back()
    }
}

fn range(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Whether `xml:space` says that white space is text here.
fn preserved(document: &Document, node: NodeId) -> bool {
    document
        .ancestors(node)
        .find_map(|element| document.attribute(element, cofferdam_xml::XML_NAMESPACE, "space"))
        .is_some_and(|attribute| document.value(attribute) == "preserve")
}

/// The blanks of the first line after the text's start, if it starts with a line break.
fn first_indent(content: &str) -> Option<&str> {
    let line_break = content.find(|c: char| !matches!(c, ' ' | '\t' | '\r'))?;
    let line = content.get(line_break..)?.strip_prefix('\n')?;
    let line = line.trim_start_matches(['\r', '\n']);
    let blanks = line.find(|c| !matches!(c, ' ' | '\t')).unwrap_or(line.len());
    line.get(..blanks)
}

/// The blanks that the line of this byte starts with.
fn blanks_before(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(line..).unwrap_or_default();
    let blanks = line.find(|c| !matches!(c, ' ' | '\t')).unwrap_or(line.len());
    line.get(..blanks).unwrap_or_default()
}

/// A comment's text: `--` and a `-` at the end cannot stand in it, and get a blank, as the original does.
pub(crate) fn comment(value: &str) -> Result<String, String> {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        if character == '-' && text.ends_with('-') {
            text.push(' ');
        }
        text.push(character);
    }
    if text.ends_with('-') {
        text.push(' ');
    }
    checked(text)
}

/// The data of a processing instruction: `?>` cannot stand in it, and gets a blank.
pub(crate) fn instruction(value: &str) -> Result<String, String> {
    checked(value.replace("?>", "? >"))
}

/// The text if XML has all of its characters.
fn checked(text: String) -> Result<String, String> {
    escape::cdata(&text).map_err(|error| error.to_string())?;
    Ok(text)
}
