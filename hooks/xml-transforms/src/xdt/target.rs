//! The document being transformed: the parsed tree, and what is known of nodes that came later.

use std::collections::{HashMap, HashSet};

use cofferdam_xml::limits::MAX_DEPTH;
use cofferdam_xml::{Document, NodeId, NodeKind, Position, XML_NAMESPACE};

use super::failure::Failure;
use super::layout::TagLayout;

/// The document and its newcomers.
pub(super) struct Target {
    pub(super) document: Document,
    /// The elements that came from the transform file, and where they stand there.
    new: HashMap<NodeId, Position>,
    /// New elements written as `<a/>`.
    closed: HashSet<NodeId>,
    /// Elements of the source that were `<a/>` and have had children since.
    opened: HashSet<NodeId>,
    /// The tags of new elements, and of those whose attributes are not those of the source.
    pub(super) layouts: HashMap<NodeId, TagLayout>,
    /// Whether there is any `xml:space`.
    has_space_attribute: bool,
}

impl Target {
    pub(super) fn new(document: Document) -> Self {
        let has_space_attribute = document
            .descendants(document.root())
            .any(|node| document.attribute(node, XML_NAMESPACE, "space").is_some());
        Self {
            document,
            new: HashMap::new(),
            closed: HashSet::new(),
            opened: HashSet::new(),
            layouts: HashMap::new(),
            has_space_attribute,
        }
    }

    /// Whether a node is, or stands in, an element that came from the transform file.
    pub(super) fn is_new(&self, node: NodeId) -> bool {
        self.document
            .self_and_ancestors(node)
            .find(|&each| self.document.is_element(each))
            .is_some_and(|element| self.new.contains_key(&element))
    }

    /// Whether an element is written `<a/>`.
    pub(super) fn is_empty(&self, element: NodeId) -> bool {
        self.document.first_child(element).is_none()
            && (self.closed.contains(&element)
                || (self.document.is_self_closed(element) && !self.opened.contains(&element)))
    }

    /// Where an element or attribute stands: in the source, or for a new one in the transform.
    pub(super) fn position(&self, node: NodeId) -> Option<Position> {
        if let Some(position) = self.new.get(&node) {
            return Some(*position);
        }
        let span = self.document.span(node)?;
        match self.document.kind(node) {
            NodeKind::Element => Some(self.document.position(span.start + 1)),
            NodeKind::Attribute => Some(self.document.position(span.start)),
            _ => None,
        }
    }

    /// White space that may be changed to lay out elements. Under `xml:space="preserve"` it is
    /// content, unless this engine put it there.
    pub(super) fn is_whitespace(&self, node: NodeId) -> bool {
        self.document.is_whitespace(node)
            && !(self.has_space_attribute
                && self.document.span(node).is_some()
                && preserves_space(&self.document, node))
    }

    pub(super) fn is_text(&self, node: NodeId) -> bool {
        self.document.kind(node) == NodeKind::Text && !self.document.is_whitespace(node)
    }

    /// Puts `node` in as the last child of `parent`.
    pub(super) fn append(&mut self, parent: NodeId, node: NodeId) -> Result<(), Failure> {
        self.check_place(parent, node)?;
        self.opened.insert(parent);
        self.document.append_child(parent, node);
        Ok(())
    }

    pub(super) fn insert_before(&mut self, sibling: NodeId, node: NodeId) -> Result<(), Failure> {
        let parent = self.document.parent(sibling).ok_or(Failure::NoSuchNode)?;
        self.check_place(parent, node)?;
        self.document.insert_before(sibling, node);
        Ok(())
    }

    pub(super) fn insert_after(&mut self, sibling: NodeId, node: NodeId) -> Result<(), Failure> {
        let parent = self.document.parent(sibling).ok_or(Failure::NoSuchNode)?;
        self.check_place(parent, node)?;
        self.document.insert_after(sibling, node);
        Ok(())
    }

    /// Takes a node out.
    pub(super) fn remove(&mut self, node: NodeId) -> Result<(), Failure> {
        let parent = self.document.parent(node).ok_or(Failure::NoSuchNode)?;
        if self.document.kind(node) == NodeKind::Attribute {
            return Err(Failure::NoSuchNode);
        }
        self.opened.insert(parent);
        self.document.detach(node);
        Ok(())
    }

    /// Puts `node` in the place of `old`.
    pub(super) fn replace(&mut self, old: NodeId, node: NodeId) -> Result<(), Failure> {
        let parent = self.document.parent(old).ok_or(Failure::NoSuchNode)?;
        if self.document.kind(old) == NodeKind::Attribute {
            return Err(Failure::NoSuchNode);
        }
        let next = self.document.next_sibling(old);
        self.document.detach(old);
        match next {
            Some(next) => self.insert_before(next, node),
            None => self.append(parent, node),
        }
    }

    fn check_place(&self, parent: NodeId, node: NodeId) -> Result<(), Failure> {
        let document = &self.document;
        match document.kind(parent) {
            NodeKind::Element => {}
            NodeKind::Document => {
                if document.is_element(node) && document.document_element().is_some() {
                    return Err(Failure::SecondRootElement);
                }
            }
            _ => return Err(Failure::NoSuchNode),
        }
        // The recursive parts of the writer rely on this.
        let above = document.self_and_ancestors(parent).count();
        if above + height(document, node) > MAX_DEPTH + 1 {
            return Err(Failure::TooDeep { limit: MAX_DEPTH });
        }
        Ok(())
    }

    /// Adds an attribute; one with the same namespace and local name gives way.
    pub(super) fn append_attribute(&mut self, element: NodeId, attribute: NodeId) {
        self.keep_layout(element);
        if let Some(name) = self.document.name(attribute).cloned()
            && let Some(same) = self.document.attribute(element, &name.namespace, &name.local)
        {
            self.document.detach(same);
        }
        self.document.append_attribute(element, attribute);
    }

    pub(super) fn remove_attribute(&mut self, element: NodeId, attribute: NodeId) {
        self.keep_layout(element);
        self.document.detach(attribute);
    }

    /// Remembers how the tag of an element was laid out, before its attributes change.
    fn keep_layout(&mut self, element: NodeId) {
        let document = &self.document;
        self.layouts.entry(element).or_insert_with(|| TagLayout::read(document, element));
    }

    /// The attribute with this name as written.
    pub(super) fn attribute_named(&self, element: NodeId, name: &str) -> Option<NodeId> {
        let document = &self.document;
        document
            .attributes(element)
            .find(|&each| document.name(each).is_some_and(|found| found.to_string() == name))
    }

    /// A copy of the one element of `fragment`, whose `<` stands at `place` of the transform file.
    pub(super) fn adopt(&mut self, fragment: &Document, place: Position) -> Option<NodeId> {
        let element = fragment.document_element()?;
        let copy = self.document.import(fragment, element);
        let originals = std::iter::once(element).chain(fragment.descendants(element));
        let copies: Vec<NodeId> =
            std::iter::once(copy).chain(self.document.descendants(copy)).collect();
        for (original, copy) in originals.zip(copies) {
            let Some(span) = fragment.span(original).filter(|_| fragment.is_element(original))
            else {
                continue;
            };
            let at = fragment.position(span.start + 1);
            let position = Position {
                line: at.line + place.line - 1,
                column: (at.column + place.column).saturating_sub(2),
            };
            self.new.insert(copy, position);
            self.layouts.insert(copy, TagLayout::default());
            if fragment.is_self_closed(original) {
                self.closed.insert(copy);
            }
        }
        Some(copy)
    }
}

/// How many levels of elements a tree has.
fn height(document: &Document, top: NodeId) -> usize {
    let mut deepest = 1;
    let mut depth = 1;
    let mut at = top;
    loop {
        if let Some(child) = document.first_child(at) {
            (at, depth) = (child, depth + 1);
            deepest = deepest.max(depth);
            continue;
        }
        while document.next_sibling(at).is_none() || at == top {
            if at == top {
                return deepest;
            }
            let Some(parent) = document.parent(at) else { return deepest };
            (at, depth) = (parent, depth - 1);
        }
        if let Some(next) = document.next_sibling(at) {
            at = next;
        }
    }
}

/// Whether the nearest `xml:space` says `preserve`.
pub(super) fn preserves_space(document: &Document, node: NodeId) -> bool {
    document
        .ancestors(node)
        .find_map(|element| document.attribute(element, XML_NAMESPACE, "space"))
        .is_some_and(|attribute| document.value(attribute) == "preserve")
}
