//! The document: all nodes, in one arena, with links, names and places.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::doctype::Doctype;
use crate::entities::Entities;
use crate::name::Name;
use crate::node::{NONE, Node, NodeId, NodeKind};
use crate::span::{LineIndex, Position, Span};

/// A parsed document that still knows where in its source everything stands.
///
/// Made by [`parse`](crate::parse()) or [`parse_fragment`](crate::parse_fragment). There are two
/// ways to change one: collect [`Edits`](crate::Edits) against the spans of the source and apply
/// them to the text (nothing else changes), or change the tree in place (see `create_element`,
/// `append_child` and so on) and write it with a serialiser of your own. The source text itself
/// never changes.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) source: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) names: Vec<Name>,
    pub(crate) name_ids: HashMap<Name, u32>,
    /// Values that differ from the source: of created nodes and of changed ones.
    pub(crate) values: HashMap<u32, Box<str>>,
    pub(crate) entities: Entities,
    pub(crate) declaration: Option<Declaration>,
    pub(crate) doctype: Option<Doctype>,
    pub(crate) lines: OnceLock<LineIndex>,
    /// Node ids grow in document order until the tree is changed; after that, ranks by node.
    pub(crate) order_is_by_id: bool,
    pub(crate) order: OnceLock<Vec<u32>>,
}

/// The XML declaration and the places of its parts (the values, without quotes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// From `<?xml` to `?>`.
    pub span: Span,
    /// The version's value.
    pub version: Span,
    /// The value of `encoding`, when there is one.
    pub encoding: Option<Span>,
    /// The value of `standalone`, when there is one.
    pub standalone: Option<Span>,
}

impl Document {
    /// The text that was parsed, byte for byte.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text of a span of the source.
    #[must_use]
    pub fn text_of(&self, span: Span) -> &str {
        span.of(&self.source)
    }

    /// The line and column of a byte offset of the source. The first call reads the source once.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines.get_or_init(|| LineIndex::new(&self.source)).position(&self.source, offset)
    }

    /// The document node, which XPath calls `/`.
    #[must_use]
    pub const fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The root element. `None` only in fragments and after it was removed.
    #[must_use]
    pub fn document_element(&self) -> Option<NodeId> {
        self.children(self.root()).find(|&child| self.kind(child) == NodeKind::Element)
    }

    /// The XML declaration, when the source starts with one.
    #[must_use]
    pub const fn declaration(&self) -> Option<&Declaration> {
        self.declaration.as_ref()
    }

    /// The encoding that the XML declaration names, as written.
    #[must_use]
    pub fn declared_encoding(&self) -> Option<&str> {
        Some(self.text_of(self.declaration?.encoding?))
    }

    /// The document type declaration.
    #[must_use]
    pub const fn doctype(&self) -> Option<&Doctype> {
        self.doctype.as_ref()
    }

    /// What a node is.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> NodeKind {
        self.node(node).kind
    }

    /// Whether `node` is an element.
    #[must_use]
    pub fn is_element(&self, node: NodeId) -> bool {
        self.kind(node) == NodeKind::Element
    }

    /// The name of an element or attribute; of a processing instruction its target, of an entity
    /// reference the entity's name, both as local part.
    #[must_use]
    pub fn name(&self, node: NodeId) -> Option<&Name> {
        self.names.get(self.node(node).name as usize)
    }

    /// The whole lexeme of a node: an element from the `<` of its start tag to the `>` of its end
    /// tag, an attribute from its name to its closing quote. `None` for created nodes.
    ///
    /// The span of a node tells of the source; it does not follow changes of the tree.
    #[must_use]
    pub fn span(&self, node: NodeId) -> Option<Span> {
        let span = self.node(node).span;
        (span.start != u32::MAX).then_some(span)
    }

    /// What stands inside the delimiters: between the tags of an element (empty, at the end, for
    /// a self-closed one), between the quotes of an attribute, the text of a comment or CDATA
    /// section, the data of a processing instruction. `None` for created nodes.
    #[must_use]
    pub fn inner_span(&self, node: NodeId) -> Option<Span> {
        self.span(node).map(|_| self.node(node).inner)
    }

    /// The start tag of a parsed element, from `<` to `>`.
    #[must_use]
    pub fn start_tag_span(&self, element: NodeId) -> Option<Span> {
        let span = self.span(element).filter(|_| self.is_element(element))?;
        Some(Span::new(span.start, self.node(element).inner.start))
    }

    /// The end tag of a parsed element, from `</` to `>`. `None` when it is self-closed.
    #[must_use]
    pub fn end_tag_span(&self, element: NodeId) -> Option<Span> {
        let span = self.span(element).filter(|_| self.is_element(element))?;
        let end_tag = Span::new(self.node(element).inner.end, span.end);
        (!end_tag.is_empty()).then_some(end_tag)
    }

    /// Whether a parsed element was written `<a/>`.
    #[must_use]
    pub fn is_self_closed(&self, element: NodeId) -> bool {
        self.span(element).is_some() && self.end_tag_span(element).is_none()
    }

    /// The name as written in a parsed element's start tag or in an attribute.
    #[must_use]
    pub fn name_span(&self, node: NodeId) -> Option<Span> {
        let span = self.span(node)?;
        let name = self.name(node)?;
        let prefix = if name.prefix.is_empty() { 0 } else { name.prefix.len() + 1 };
        let length = u32::try_from(prefix + name.local.len()).ok()?;
        let start = span.start
            + match self.kind(node) {
                NodeKind::Element | NodeKind::EntityReference => 1,
                NodeKind::ProcessingInstruction => 2,
                _ => 0,
            };
        Some(Span::new(start, start + length))
    }

    /// The value of one node: of an attribute, text, CDATA section, comment, or the data of a
    /// processing instruction; references resolved. Empty for everything else, save that an
    /// entity reference has the text it expands to.
    ///
    /// Line ends and white space are as written: attribute values are not normalised, just as
    /// .NET's `XmlTextReader` leaves them by default.
    #[must_use]
    pub fn value(&self, node: NodeId) -> Cow<'_, str> {
        if let Some(value) = self.values.get(&node.0) {
            return Cow::Borrowed(value);
        }
        let stored = self.node(node);
        match stored.kind {
            NodeKind::Attribute | NodeKind::Text => {
                self.entities.decode(self.text_of(stored.inner))
            }
            NodeKind::Cdata | NodeKind::Comment | NodeKind::ProcessingInstruction => {
                Cow::Borrowed(self.text_of(stored.inner))
            }
            NodeKind::EntityReference => {
                Cow::Owned(self.entities.expand(self.text_of(stored.inner)))
            }
            _ => Cow::Borrowed(""),
        }
    }

    /// The string value in the sense of XPath: of an element or the document the text of all
    /// descendants, else [`value`](Self::value).
    #[must_use]
    pub fn string_value(&self, node: NodeId) -> Cow<'_, str> {
        if !matches!(self.kind(node), NodeKind::Element | NodeKind::Document) {
            return self.value(node);
        }
        let mut texts = self.descendants(node).filter(|&each| {
            matches!(self.kind(each), NodeKind::Text | NodeKind::Cdata | NodeKind::EntityReference)
        });
        let Some(first) = texts.next() else { return Cow::Borrowed("") };
        let mut value = self.value(first);
        for text in texts {
            value.to_mut().push_str(&self.value(text));
        }
        value
    }

    /// Whether a node is text that holds nothing but white space.
    #[must_use]
    pub fn is_whitespace(&self, node: NodeId) -> bool {
        self.kind(node) == NodeKind::Text && self.value(node).chars().all(crate::chars::is_space)
    }

    /// The attribute of `element` with this namespace and local name.
    #[must_use]
    pub fn attribute(&self, element: NodeId, namespace: &str, local: &str) -> Option<NodeId> {
        self.attributes(element)
            .find(|&each| self.name(each).is_some_and(|name| name.is(namespace, local)))
    }

    /// The namespace that `prefix` (empty: the default) is bound to at `node`.
    /// `None` when it is not bound; the default is then "no namespace".
    #[must_use]
    pub fn lookup_namespace(&self, node: NodeId, prefix: &str) -> Option<Cow<'_, str>> {
        if prefix == "xml" {
            return Some(Cow::Borrowed(crate::name::XML_NAMESPACE));
        }
        let declared = self.self_and_ancestors(node).find_map(|element| {
            self.attributes(element).find(|&each| self.declared_prefix(each) == Some(prefix))
        })?;
        Some(self.value(declared)).filter(|uri| !uri.is_empty())
    }

    /// The prefix that an attribute declares: `p` for `xmlns:p`, empty for `xmlns`; `None` when
    /// the attribute is no namespace declaration.
    #[must_use]
    pub fn declared_prefix(&self, attribute: NodeId) -> Option<&str> {
        let name = self.name(attribute).filter(|name| name.declares_namespace())?;
        Some(if name.prefix.is_empty() { "" } else { &name.local })
    }

    /// All `(prefix, URI)` bindings in scope at `node`, innermost first, `xml` not included; an
    /// undeclared default (`xmlns=""`) is left out.
    #[must_use]
    pub fn namespaces_in_scope(&self, node: NodeId) -> Vec<(String, String)> {
        let mut seen = HashSet::new();
        let mut bindings = Vec::new();
        for element in self.self_and_ancestors(node) {
            for attribute in self.attributes(element) {
                if let Some(prefix) = self.declared_prefix(attribute)
                    && seen.insert(prefix)
                {
                    bindings.push((prefix.to_owned(), self.value(attribute).into_owned()));
                }
            }
        }
        bindings.retain(|(_, uri)| !uri.is_empty());
        bindings
    }

    /// A number that grows in document order: elements before their attributes, those before
    /// the children. Nodes that are not in the tree come last, the older ones first.
    #[must_use]
    pub fn document_order(&self, node: NodeId) -> u32 {
        if self.order_is_by_id {
            return node.0;
        }
        let ranks = self.order.get_or_init(|| {
            let mut ranks = vec![NONE; self.nodes.len()];
            let mut rank = 0;
            for node in std::iter::once(self.root()).chain(self.descendants(self.root())) {
                for each in std::iter::once(node).chain(self.attributes(node)) {
                    ranks[each.index()] = rank;
                    rank += 1;
                }
            }
            ranks
        });
        let detached = u32::try_from(ranks.len()).unwrap_or(NONE).saturating_add(node.0);
        ranks.get(node.index()).copied().filter(|&rank| rank != NONE).unwrap_or(detached)
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }
}
