//! The tree that the names of all variables make: `A.B[x].C` is below `A.B[x]`, and so on.

use std::sync::{Arc, OnceLock};

use crate::ast::{Symbol, SymbolStep, Template};
use crate::json::Json;
use crate::name_map::NameMap;

/// A node's place in its [`Tree`].
pub(crate) type NodeId = usize;

/// The node that everything hangs on.
pub(crate) const ROOT: NodeId = 0;

/// The tree, its nodes in one list: a name of any depth costs no stack.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
}

/// What a path leads to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    pub(crate) value: NodeValue,
    /// By `.name`.
    pub(crate) children: NameMap<NodeId>,
    /// By `[text]`.
    pub(crate) indexes: NameMap<NodeId>,
    /// The value read as a template (`None`: it does not parse), once somebody needed it.
    pub(crate) template: OnceLock<Option<Arc<Template>>>,
    /// The value read as JSON, once somebody needed it.
    pub(crate) json: OnceLock<NodeJson>,
}

/// What a value is as JSON.
#[derive(Debug, Clone)]
pub(crate) enum NodeJson {
    /// No array or object.
    None,
    /// It has tokens in it and may be something else each time.
    Template,
    /// An array or object.
    Container(Json),
}

/// Where a node's value comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum NodeValue {
    /// Only longer paths have values.
    #[default]
    None,
    /// The text of the index itself: what an index is worth that no variable gives a value.
    IndexText(String),
    /// The value of a variable: its place among them.
    Variable(usize),
}

impl Default for Tree {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Tree {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Hangs a variable at the end of its path. `Err` if the path has an index that is a symbol,
    /// which has no meaning in a name.
    pub(crate) fn bind(&mut self, path: &Symbol, variable: usize) -> Result<(), ()> {
        let mut at = ROOT;
        for step in &path.steps {
            let new_id = self.nodes.len();
            let (map, name, value) = match step {
                SymbolStep::Name(name) => (&mut self.nodes[at].children, name, NodeValue::None),
                SymbolStep::Index(text) => {
                    (&mut self.nodes[at].indexes, text, NodeValue::IndexText(text.clone()))
                }
                SymbolStep::IndexBySymbol(_) => return Err(()),
            };
            at = match map.get(name) {
                Some(id) => *id,
                None => {
                    map.insert(name, new_id);
                    self.nodes.push(Node { value, ..Node::default() });
                    new_id
                }
            };
        }
        let node = &mut self.nodes[at];
        node.value = NodeValue::Variable(variable);
        node.template = OnceLock::new();
        node.json = OnceLock::new();
        Ok(())
    }
}
