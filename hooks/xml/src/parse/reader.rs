//! The reader: what is open, what was made, and the loop over the top level.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Options;
use super::cursor::Cursor;
use super::namespaces::{Scope, Uri};
use crate::chars::is_space_byte;
use crate::doctype::Doctype;
use crate::document::{Declaration, Document};
use crate::entities::Entities;
use crate::error::{ParseError, ParseErrorKind};
use crate::limits::Limits;
use crate::name::Name;
use crate::node::{NONE, Node, NodeId, NodeKind};
use crate::span::Span;

/// An element whose end tag has not come yet.
pub(super) struct Open<'t> {
    pub(super) node: u32,
    /// The name as written in the start tag.
    pub(super) qname: &'t str,
    /// The namespace bindings to go back to.
    pub(super) namespaces: usize,
}

/// Everything that grows while reading.
pub(super) struct Reader<'t> {
    pub(super) cursor: Cursor<'t>,
    pub(super) limits: Limits,
    pub(super) fragment: bool,
    pub(super) nodes: Vec<Node>,
    pub(super) open: Vec<Open<'t>>,
    pub(super) scope: Scope<'t>,
    pub(super) entities: Entities,
    pub(super) declaration: Option<Declaration>,
    pub(super) doctype: Option<Doctype>,
    names: Vec<Name>,
    /// Name as written and namespace, to its place in `names`.
    name_ids: HashMap<(&'t str, Uri), u32>,
    has_root: bool,
    entity_lengths: HashMap<Box<str>, u64>,
    entity_bytes: u64,
}

pub(super) fn read(
    text: String,
    options: &Options,
    fragment: bool,
) -> Result<Document, ParseError> {
    let max_bytes = options.limits.max_bytes.min(u32::MAX as usize - 1);
    if text.len() > max_bytes {
        let cursor = Cursor { text: "", at: 0 };
        return Err(cursor.error(ParseErrorKind::TooLong { limit: max_bytes }));
    }
    let whole = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let mut reader = Reader {
        cursor: Cursor { text: &text, at: 0 },
        limits: options.limits,
        fragment,
        nodes: vec![Node::new(NodeKind::Document, whole, whole)],
        open: Vec::new(),
        scope: Scope::new(),
        entities: Entities::default(),
        declaration: None,
        doctype: None,
        names: Vec::new(),
        name_ids: HashMap::new(),
        has_root: false,
        entity_lengths: HashMap::new(),
        entity_bytes: 0,
    };
    for (prefix, uri) in &options.namespaces {
        reader.scope.bind(prefix, uri);
    }
    reader.read_all()?;
    let Reader { nodes, names, entities, declaration, doctype, .. } = reader;
    let name_ids = names.iter().cloned().zip(0..).collect();
    Ok(Document {
        source: text,
        nodes,
        names,
        name_ids,
        values: HashMap::new(),
        entities,
        declaration,
        doctype,
        lines: OnceLock::new(),
        order_is_by_id: true,
        order: OnceLock::new(),
    })
}

impl<'t> Reader<'t> {
    fn read_all(&mut self) -> Result<(), ParseError> {
        if !self.fragment {
            self.declaration()?;
        }
        while !self.cursor.at_end() {
            if self.cursor.byte() == Some(b'<') {
                self.markup()?;
            } else if self.open.is_empty() && !self.fragment {
                self.space_at_root()?;
            } else {
                self.text()?;
            }
        }
        if let Some(open) = self.open.last() {
            let kind = ParseErrorKind::UnclosedElement { name: open.qname.to_owned() };
            return Err(self.cursor.error(kind));
        }
        if !self.has_root && !self.fragment {
            return Err(self.cursor.error(ParseErrorKind::NoRootElement));
        }
        Ok(())
    }

    /// White space between the nodes at the top.
    fn space_at_root(&mut self) -> Result<(), ParseError> {
        let start = self.cursor.offset();
        self.cursor.skip_space();
        let span = Span::new(start, self.cursor.offset());
        if span.is_empty() {
            return Err(self.cursor.error(match self.cursor.rest().chars().next() {
                Some(found) if !crate::chars::is_char(found) => {
                    ParseErrorKind::InvalidCharacter { found }
                }
                _ => ParseErrorKind::TextAtRoot,
            }));
        }
        self.add(Node::new(NodeKind::Text, span, span))?;
        Ok(())
    }

    /// Appends a node to the innermost open element.
    pub(super) fn add(&mut self, mut node: Node) -> Result<u32, ParseError> {
        let parent = self.open.last().map_or(0, |open| open.node);
        let id = self.next_id()?;
        node.parent = parent;
        node.previous = self.nodes[parent as usize].last_child;
        match node.previous {
            NONE => self.nodes[parent as usize].first_child = id,
            previous => self.nodes[previous as usize].next = id,
        }
        self.nodes[parent as usize].last_child = id;
        self.nodes.push(node);
        Ok(id)
    }

    /// Appends an attribute to `element`, after the attribute `previous`.
    pub(super) fn add_attribute(
        &mut self,
        mut node: Node,
        element: u32,
        previous: u32,
    ) -> Result<u32, ParseError> {
        let id = self.next_id()?;
        node.parent = element;
        node.previous = previous;
        match previous {
            NONE => self.nodes[element as usize].first_attribute = id,
            previous => self.nodes[previous as usize].next = id,
        }
        self.nodes.push(node);
        Ok(id)
    }

    fn next_id(&self) -> Result<u32, ParseError> {
        let limit = self.limits.max_nodes.min(NONE as usize);
        if self.nodes.len() >= limit {
            return Err(self.cursor.error(ParseErrorKind::TooManyNodes { limit }));
        }
        Ok(u32::try_from(self.nodes.len()).unwrap_or(NONE))
    }

    /// The place of a name in the table of names.
    pub(super) fn intern(&mut self, qname: &'t str, prefix: usize, uri: Uri) -> u32 {
        if let Some(&id) = self.name_ids.get(&(qname, uri)) {
            return id;
        }
        let local = if prefix == 0 { qname } else { &qname[prefix + 1..] };
        let name = Name::new(&qname[..prefix], local, self.scope.text(uri));
        let id = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(name);
        self.name_ids.insert((qname, uri), id);
        id
    }

    /// Notes that an element stands at the top.
    pub(super) fn root_element(&mut self) -> Result<(), ParseError> {
        if self.has_root && !self.fragment {
            return Err(self.cursor.error(ParseErrorKind::SecondRootElement));
        }
        self.has_root = true;
        Ok(())
    }

    pub(super) fn before_root(&self) -> bool {
        self.open.is_empty() && !self.has_root && !self.fragment
    }

    /// Steps over the reference at the cursor, and checks it. The name of a general entity, when
    /// it is one that has to be declared.
    pub(super) fn reference(&mut self, in_attribute: bool) -> Result<Option<&'t str>, ParseError> {
        let start = self.cursor.at;
        self.cursor.at += 1;
        if self.cursor.eat("#") {
            let rest = self.cursor.rest();
            let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
            let digits = &rest[..length];
            self.cursor.at += length;
            if !self.cursor.eat(";") {
                return Err(self.cursor.error(ParseErrorKind::MalformedReference));
            }
            if crate::entities::character(digits).is_none() {
                let kind = ParseErrorKind::InvalidCharacterReference { digits: digits.to_owned() };
                return Err(self.cursor.error_at(start, kind));
            }
            return Ok(None);
        }
        let name_at = self.cursor.at;
        let length = crate::chars::ncname_length(self.cursor.rest());
        let name = &self.cursor.rest()[..length];
        self.cursor.at += length;
        if length == 0 || !self.cursor.eat(";") {
            return Err(self.cursor.error(ParseErrorKind::MalformedReference));
        }
        if crate::entities::predefined(name).is_some() {
            return Ok(None);
        }
        let length = self
            .entities
            .expanded_length(name, in_attribute, &mut self.entity_lengths)
            .map_err(|kind| self.cursor.error_at(name_at, kind))?;
        self.entity_bytes = self.entity_bytes.saturating_add(length);
        let limit = self.limits.max_entity_bytes;
        if self.entity_bytes > limit as u64 {
            return Err(self.cursor.error_at(name_at, ParseErrorKind::EntityExpansion { limit }));
        }
        Ok(Some(name))
    }

    /// Gives a node its name: its place in the table.
    pub(super) fn set_name(&mut self, node: u32, name: u32) {
        self.nodes[NodeId(node).index()].name = name;
    }
}

/// Whether a piece of text is all white space.
pub(super) fn all_space(text: &str) -> bool {
    text.bytes().all(is_space_byte)
}
