//! Walking the tree: parents, siblings, children, attributes, descendants.

use crate::document::Document;
use crate::node::{NONE, NodeId};

const fn some(link: u32) -> Option<NodeId> {
    if link == NONE { None } else { Some(NodeId(link)) }
}

impl Document {
    /// The parent; of an attribute its element. `None` for the document and detached nodes.
    #[must_use]
    pub fn parent(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).parent)
    }

    /// The node after this one under the same parent; of an attribute the next attribute.
    #[must_use]
    pub fn next_sibling(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).next)
    }

    /// The node before this one under the same parent; of an attribute the previous attribute.
    #[must_use]
    pub fn previous_sibling(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).previous)
    }

    /// The first child.
    #[must_use]
    pub fn first_child(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).first_child)
    }

    /// The last child.
    #[must_use]
    pub fn last_child(&self, node: NodeId) -> Option<NodeId> {
        some(self.node(node).last_child)
    }

    /// The children in order. Attributes are no children.
    pub fn children(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(node), |&child| self.next_sibling(child))
    }

    /// The attributes in order, namespace declarations included.
    pub fn attributes(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let first = some(self.node(node).first_attribute);
        std::iter::successors(first, |&attribute| self.next_sibling(attribute))
    }

    /// The ancestors from the parent up to the document.
    pub fn ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(node), |&each| self.parent(each))
    }

    /// The node, then its ancestors up to the document.
    pub fn self_and_ancestors(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::once(node).chain(self.ancestors(node))
    }

    /// All nodes below `node` in document order, attributes not included.
    pub fn descendants(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.first_child(node), move |&each| {
            self.first_child(each).or_else(|| self.next_outside(each, node))
        })
    }

    /// The node that follows `node` and all of its descendants, staying below `top`.
    pub(crate) fn next_outside(&self, node: NodeId, top: NodeId) -> Option<NodeId> {
        let mut at = node;
        while at != top {
            if let Some(next) = self.next_sibling(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
        None
    }
}
