//! What an expression evaluates to.

use std::borrow::Cow;

use super::number;
use crate::document::Document;
use crate::node::NodeId;

/// The result of an expression: a sequence of items. The four types of XPath 1.0 are the
/// sequences of nodes in document order, and those of one string, number or boolean.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub(super) items: Vec<Item>,
}

/// One item of a sequence.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A node of the document.
    Node(NodeId),
    /// A namespace in scope at an element, from the namespace axis.
    Namespace(NamespaceNode),
    /// A string.
    String(String),
    /// A number.
    Number(f64),
    /// A truth value.
    Boolean(bool),
}

/// A namespace node: not part of the tree, but XPath can select it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamespaceNode {
    /// The element it was selected from.
    pub element: NodeId,
    /// The prefix; empty for the default namespace.
    pub prefix: String,
    /// The namespace.
    pub uri: String,
}

impl Value {
    /// The items in order.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The nodes, when there is nothing else in the sequence.
    #[must_use]
    pub fn into_nodes(self) -> Option<Vec<NodeId>> {
        self.items
            .into_iter()
            .map(|item| match item {
                Item::Node(node) => Some(node),
                _ => None,
            })
            .collect()
    }

    /// What `boolean()` makes of it.
    #[must_use]
    pub fn to_boolean(&self) -> bool {
        effective_boolean(&self.items)
    }

    /// What `string()` makes of it: the string value of the first item.
    #[must_use]
    pub fn to_text(&self, document: &Document) -> String {
        self.items.first().map_or_else(String::new, |item| item.text(document).into_owned())
    }

    /// What `number()` makes of it.
    #[must_use]
    pub fn to_number(&self, document: &Document) -> f64 {
        self.items.first().map_or(f64::NAN, |item| item.number(document))
    }
}

impl Item {
    /// Whether this is a node of any kind.
    #[must_use]
    pub const fn is_node(&self) -> bool {
        matches!(self, Self::Node(_) | Self::Namespace(_))
    }

    /// The string value.
    #[must_use]
    pub fn text<'a>(&'a self, document: &'a Document) -> Cow<'a, str> {
        match self {
            Self::Node(node) => text_of(document, *node),
            Self::Namespace(namespace) => Cow::Borrowed(&namespace.uri),
            Self::String(text) => Cow::Borrowed(text),
            Self::Number(value) => Cow::Owned(number::to_text(*value)),
            Self::Boolean(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
        }
    }

    /// The number.
    #[must_use]
    pub fn number(&self, document: &Document) -> f64 {
        match self {
            Self::Number(value) => *value,
            Self::Boolean(value) => f64::from(u8::from(*value)),
            _ => number::from_text(&self.text(document)),
        }
    }
}

/// The string value of a node. The text nodes, CDATA sections and entity references beside each
/// other are one text node for XPath, which the first of them stands for.
fn text_of(document: &Document, node: NodeId) -> Cow<'_, str> {
    let mut text = document.string_value(node);
    if is_text(document, node) {
        let mut next = document.next_sibling(node);
        while let Some(sibling) = next.filter(|&each| is_text(document, each)) {
            text.to_mut().push_str(&document.value(sibling));
            next = document.next_sibling(sibling);
        }
    }
    text
}

/// Whether a node is text for XPath.
pub(super) fn is_text(document: &Document, node: NodeId) -> bool {
    use crate::node::NodeKind::{Cdata, EntityReference, Text};
    matches!(document.kind(node), Text | Cdata | EntityReference)
}

/// The effective boolean value of a sequence.
pub(super) fn effective_boolean(items: &[Item]) -> bool {
    match items.first() {
        None => false,
        Some(Item::Node(_) | Item::Namespace(_)) => true,
        Some(Item::String(text)) => !text.is_empty(),
        Some(Item::Number(value)) => *value != 0.0 && !value.is_nan(),
        Some(Item::Boolean(value)) => *value,
    }
}
