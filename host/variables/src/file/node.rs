//! `Node`: what may stand for a variable's value in an object.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::{Sensitivity, Value};

/// What may stand for a variable's value in an object.
#[derive(Debug)]
pub(super) enum Node {
    /// A text, or null.
    Text(Option<String>),
    /// `{value = text, sensitive = true}`.
    Marked(Value),
    /// A table whose keys continue the name: what a dotted key in TOML is.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// Adds the variables of this node, which stands under `name`.
    pub(super) fn flatten_into(self, name: String, entries: &mut Vec<(String, Value)>) {
        match self {
            Self::Text(text) => entries.push((name, Value::new(text, Sensitivity::Plain))),
            Self::Marked(value) => entries.push((name, value)),
            Self::Table(nodes) => {
                for (key, node) in nodes {
                    node.flatten_into(format!("{name}.{key}"), entries);
                }
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or `{value = text, sensitive = true}`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(Some(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Text(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(entry) = map.next_entry::<String, Node>()? {
            nodes.push(entry);
        }
        marked(nodes).map_err(A::Error::custom)
    }
}

/// A table that has `value` and nothing beside it but `sensitive` is a marked value.
fn marked(nodes: Vec<(String, Node)>) -> Result<Node, &'static str> {
    let is = |key: &str, expected| key.eq_ignore_ascii_case(expected);
    let is_mark = |key: &str| is(key, "sensitive") || is(key, "isSensitive");
    let is_marked_value = nodes.iter().any(|(key, _)| is(key, "value"))
        && nodes.iter().all(|(key, _)| is(key, "value") || is_mark(key));
    if !is_marked_value {
        return Ok(Node::Table(nodes));
    }
    let (mut value, mut sensitivity) = (None, Sensitivity::Plain);
    for (key, node) in nodes {
        match node {
            Node::Text(text) if is(&key, "value") => value = text,
            Node::Text(Some(text)) if text == "true" => sensitivity = Sensitivity::Sensitive,
            Node::Text(Some(text)) if text == "false" => {}
            _ if is(&key, "value") => return Err("`value` must be a text"),
            _ => return Err("`sensitive` must be true or false"),
        }
    }
    Ok(Node::Marked(Value::new(value, sensitivity)))
}
