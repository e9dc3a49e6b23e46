//! The axes: the nodes that stand in a relation to a node, nearest first.

use super::ast::Axis;
use super::value::is_text;
use crate::document::Document;
use crate::node::{NodeId, NodeKind};

/// Calls `visit` for every node of `axis` from `from`, in the order of the axis. The namespace
/// axis is not here, because its nodes are not in the tree.
///
/// # Errors
///
/// The first one that `visit` returns.
pub(super) fn walk<E>(
    document: &Document,
    axis: Axis,
    from: NodeId,
    mut visit: impl FnMut(NodeId) -> Result<(), E>,
) -> Result<(), E> {
    let is_attribute = document.kind(from) == NodeKind::Attribute;
    let mut all = |nodes: &mut dyn Iterator<Item = NodeId>| -> Result<(), E> {
        nodes.filter(|&node| is_visible(document, node)).try_for_each(&mut visit)
    };
    match axis {
        Axis::Itself => all(&mut std::iter::once(from)),
        Axis::Parent => all(&mut document.parent(from).into_iter()),
        Axis::Ancestor => all(&mut document.ancestors(from)),
        Axis::AncestorOrSelf => all(&mut document.self_and_ancestors(from)),
        Axis::Child => all(&mut document.children(from)),
        Axis::Descendant => all(&mut document.descendants(from)),
        Axis::DescendantOrSelf => all(&mut std::iter::once(from).chain(document.descendants(from))),
        Axis::Attribute => all(&mut document.attributes(from)),
        Axis::FollowingSibling if !is_attribute => {
            all(&mut std::iter::successors(document.next_sibling(from), |&each| {
                document.next_sibling(each)
            }))
        }
        Axis::PrecedingSibling if !is_attribute => {
            all(&mut std::iter::successors(document.previous_sibling(from), |&each| {
                document.previous_sibling(each)
            }))
        }
        Axis::Following => {
            // What follows an attribute begins with the children of its element.
            let first = if is_attribute {
                document.parent(from).and_then(|element| {
                    document
                        .first_child(element)
                        .or_else(|| document.next_outside(element, document.root()))
                })
            } else {
                document.next_outside(from, document.root())
            };
            all(&mut std::iter::successors(first, |&each| {
                document.first_child(each).or_else(|| document.next_outside(each, document.root()))
            }))
        }
        Axis::Preceding => {
            let start = if is_attribute { document.parent(from) } else { Some(from) };
            let Some(start) = start else { return Ok(()) };
            all(&mut Preceding { document, at: start, top: start })
        }
        Axis::FollowingSibling | Axis::PrecedingSibling | Axis::Namespace => Ok(()),
    }
}

/// What XPath sees: no declaration, no document type, no namespace declarations as attributes,
/// and only the first of several pieces of text beside each other.
pub(super) fn is_visible(document: &Document, node: NodeId) -> bool {
    match document.kind(node) {
        NodeKind::Declaration | NodeKind::Doctype => false,
        NodeKind::Attribute => document.declared_prefix(node).is_none(),
        NodeKind::Text | NodeKind::Cdata | NodeKind::EntityReference => {
            // XPath has no text beside the root element.
            let at_root = document.parent(node) == Some(document.root())
                && document.document_element().is_some()
                && document.is_whitespace(node);
            let first =
                document.previous_sibling(node).is_none_or(|previous| !is_text(document, previous));
            first && !at_root
        }
        _ => true,
    }
}

/// Backwards through the document, leaving out the ancestors of where it began.
struct Preceding<'d> {
    document: &'d Document,
    at: NodeId,
    /// The root of the subtree walked now: where the walk began, or an earlier sibling of that or
    /// of one of its ancestors.
    top: NodeId,
}

impl Iterator for Preceding<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let document = self.document;
        loop {
            if let Some(previous) = document.previous_sibling(self.at) {
                // The last node below comes first.
                let mut last = previous;
                while let Some(child) = document.last_child(last) {
                    last = child;
                }
                if self.at == self.top {
                    self.top = previous;
                }
                self.at = last;
                return Some(last);
            }
            let parent = document.parent(self.at)?;
            let is_ancestor = self.is_ancestor(parent);
            self.at = parent;
            if !is_ancestor {
                return Some(parent);
            }
            self.top = parent;
        }
    }
}

impl Preceding<'_> {
    /// Whether `node` is an ancestor of where the walk began: the parent of the subtree walked now.
    fn is_ancestor(&self, node: NodeId) -> bool {
        self.document.parent(self.top) == Some(node)
    }
}
