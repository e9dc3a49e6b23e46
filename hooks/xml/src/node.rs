//! One node of the tree, as stored.

use crate::span::Span;

/// A node of one [`Document`](crate::Document). Meaningless in any other document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// The document itself: the parent of everything at the top.
    Document,
    /// `<?xml version="1.0"?>`. XPath does not see it.
    Declaration,
    /// `<!DOCTYPE ...>`. XPath does not see it.
    Doctype,
    /// An element.
    Element,
    /// An attribute, namespace declarations included (XPath does not see those as attributes).
    Attribute,
    /// Character data, white space included; character references and `&lt;`, `&gt;`, `&amp;`,
    /// `&apos;`, `&quot;` are part of it.
    Text,
    /// `<![CDATA[...]]>`.
    Cdata,
    /// `<!--...-->`.
    Comment,
    /// `<?target data?>`.
    ProcessingInstruction,
    /// `&name;` in content, for an entity that the document type declares.
    EntityReference,
}

/// "No node", "no name".
pub(crate) const NONE: u32 = u32::MAX;

/// The span of what was never in the source.
pub(crate) const NO_SPAN: Span = Span::at(u32::MAX);

/// One node: its links and its place. 48 bytes; every millionth node counts.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) parent: u32,
    pub(crate) previous: u32,
    pub(crate) next: u32,
    pub(crate) first_child: u32,
    pub(crate) last_child: u32,
    pub(crate) first_attribute: u32,
    /// Index into the name table.
    pub(crate) name: u32,
    /// The whole lexeme; for an element from `<` of the start tag to `>` of the end tag.
    pub(crate) span: Span,
    /// What is inside the delimiters: between the tags, between the quotes, the comment's text,
    /// the data of a processing instruction, the name of an entity reference.
    pub(crate) inner: Span,
    pub(crate) kind: NodeKind,
}

impl Node {
    pub(crate) const fn new(kind: NodeKind, span: Span, inner: Span) -> Self {
        Self {
            parent: NONE,
            previous: NONE,
            next: NONE,
            first_child: NONE,
            last_child: NONE,
            first_attribute: NONE,
            name: NONE,
            span,
            inner,
            kind,
        }
    }
}
