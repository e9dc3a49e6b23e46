//! Changing the tree in place: create, insert, detach, set values, copy from another document.

use std::sync::OnceLock;

use crate::document::Document;
use crate::name::Name;
use crate::node::{NO_SPAN, NONE, Node, NodeId, NodeKind};

impl Document {
    /// A new element without a parent.
    pub fn create_element(&mut self, name: Name) -> NodeId {
        self.create_named(NodeKind::Element, name, None)
    }

    /// A new attribute without an element.
    pub fn create_attribute(&mut self, name: Name, value: &str) -> NodeId {
        self.create_named(NodeKind::Attribute, name, Some(value))
    }

    /// A new text node without a parent.
    pub fn create_text(&mut self, value: &str) -> NodeId {
        self.create(NodeKind::Text, NONE, Some(value))
    }

    /// A new comment without a parent. `value` is not checked for `--`.
    pub fn create_comment(&mut self, value: &str) -> NodeId {
        self.create(NodeKind::Comment, NONE, Some(value))
    }

    /// Replaces the value of an attribute, text, CDATA section, comment or processing instruction.
    pub fn set_value(&mut self, node: NodeId, value: &str) {
        self.values.insert(node.0, value.into());
    }

    /// Whether the value of a parsed node has been replaced since.
    #[must_use]
    pub fn value_was_set(&self, node: NodeId) -> bool {
        self.values.contains_key(&node.0)
    }

    /// Gives an element or attribute another name.
    pub fn set_name(&mut self, node: NodeId, name: Name) {
        let name = self.intern(name);
        self.nodes[node.index()].name = name;
    }

    /// Inserts a detached node as the last child of `parent`.
    pub fn append_child(&mut self, parent: NodeId, node: NodeId) {
        self.link(parent, node, NONE);
    }

    /// Inserts a detached node before `sibling`, which has to have a parent.
    pub fn insert_before(&mut self, sibling: NodeId, node: NodeId) {
        if let Some(parent) = self.parent(sibling) {
            self.link(parent, node, sibling.0);
        }
    }

    /// Inserts a detached node after `sibling`, which has to have a parent.
    pub fn insert_after(&mut self, sibling: NodeId, node: NodeId) {
        if let Some(parent) = self.parent(sibling) {
            let next = self.node(sibling).next;
            self.link(parent, node, next);
        }
    }

    /// Inserts a detached attribute as the last one of `element`.
    pub fn append_attribute(&mut self, element: NodeId, attribute: NodeId) {
        let last = self.attributes(element).last().map_or(NONE, |last| last.0);
        match last {
            NONE => self.nodes[element.index()].first_attribute = attribute.0,
            last => self.nodes[last as usize].next = attribute.0,
        }
        let node = &mut self.nodes[attribute.index()];
        (node.parent, node.previous, node.next) = (element.0, last, NONE);
        self.changed();
    }

    /// Takes a node, with everything in it, or an attribute out of the tree.
    pub fn detach(&mut self, node: NodeId) {
        let Node { parent, previous, next, kind, .. } = *self.node(node);
        if parent == NONE {
            return;
        }
        match previous {
            NONE if kind == NodeKind::Attribute => {
                self.nodes[parent as usize].first_attribute = next;
            }
            NONE => self.nodes[parent as usize].first_child = next,
            previous => self.nodes[previous as usize].next = next,
        }
        match next {
            NONE if kind == NodeKind::Attribute => {}
            NONE => self.nodes[parent as usize].last_child = previous,
            next => self.nodes[next as usize].previous = previous,
        }
        let node = &mut self.nodes[node.index()];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        self.changed();
    }

    /// A deep copy of a node of `from`, without a parent. The copies have no spans.
    pub fn import(&mut self, from: &Self, node: NodeId) -> NodeId {
        let top = self.import_one(from, node);
        let mut copies = vec![(node, top)];
        for each in from.descendants(node) {
            // Leave the elements that `each` is not in.
            while copies.len() > 1 && copies.last().map(|last| last.0) != from.parent(each) {
                copies.pop();
            }
            let copy = self.import_one(from, each);
            if let Some(&(_, parent)) = copies.last() {
                self.append_child(parent, copy);
            }
            copies.push((each, copy));
        }
        top
    }

    fn import_one(&mut self, from: &Self, node: NodeId) -> NodeId {
        let name = from.name(node).map_or(NONE, |name| self.intern(name.clone()));
        let kind = from.kind(node);
        let value = (!matches!(kind, NodeKind::Element)).then(|| from.value(node));
        let copy = self.create(kind, name, value.as_deref());
        for attribute in from.attributes(node) {
            let attribute = self.import_one(from, attribute);
            self.append_attribute(copy, attribute);
        }
        copy
    }

    fn create_named(&mut self, kind: NodeKind, name: Name, value: Option<&str>) -> NodeId {
        let name = self.intern(name);
        self.create(kind, name, value)
    }

    fn create(&mut self, kind: NodeKind, name: u32, value: Option<&str>) -> NodeId {
        let id = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let mut node = Node::new(kind, NO_SPAN, NO_SPAN);
        node.name = name;
        self.nodes.push(node);
        if let Some(value) = value {
            self.values.insert(id, value.into());
        }
        NodeId(id)
    }

    fn intern(&mut self, name: Name) -> u32 {
        if let Some(&id) = self.name_ids.get(&name) {
            return id;
        }
        let id = u32::try_from(self.names.len()).unwrap_or(NONE);
        self.names.push(name.clone());
        self.name_ids.insert(name, id);
        id
    }

    /// Puts a detached node under `parent`, before the node `next` (NONE: last).
    fn link(&mut self, parent: NodeId, node: NodeId, next: u32) {
        let previous = match next {
            NONE => self.nodes[parent.index()].last_child,
            next => self.nodes[next as usize].previous,
        };
        match previous {
            NONE => self.nodes[parent.index()].first_child = node.0,
            previous => self.nodes[previous as usize].next = node.0,
        }
        match next {
            NONE => self.nodes[parent.index()].last_child = node.0,
            next => self.nodes[next as usize].previous = node.0,
        }
        let node = &mut self.nodes[node.index()];
        (node.parent, node.previous, node.next) = (parent.0, previous, next);
        self.changed();
    }

    fn changed(&mut self) {
        self.order_is_by_id = false;
        self.order = OnceLock::new();
    }
}
