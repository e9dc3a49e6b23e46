//! A YAML fragment on one line, for a place inside `[..]` or `{..}`.

use super::node::{Collection, Kind, Node, Role, Style};
use super::reader::Reader;
use super::scalar;

/// The first document of a text that has been read before, as a flow node.
pub(crate) fn write(text: &str) -> String {
    let mut out = String::new();
    let mut depth = 0_usize;
    let mut first = true;
    let mut reader = Reader::new(text, true);
    // The text has been read without error, so there is none now.
    while let Ok(Some(node)) = reader.next() {
        if let Kind::End { collection, .. } = node.kind {
            depth -= 1;
            out.push(if collection == Collection::Mapping { '}' } else { ']' });
            first = false;
        } else {
            separate(&mut out, &node, first);
            properties(&mut out, text, &node);
            first = false;
            match &node.kind {
                Kind::Start { collection, .. } => {
                    out.push(if *collection == Collection::Mapping { '{' } else { '[' });
                    depth += 1;
                    first = true;
                }
                Kind::Alias => {
                    out.push_str(text.get(node.content.clone()).unwrap_or_default());
                    // A colon could be part of the name.
                    if node.role == Role::Key {
                        out.push(' ');
                    }
                }
                Kind::Scalar { .. } if node.is_empty() && node.tag.is_none() => {
                    out.push_str("null")
                }
                Kind::Scalar { value, style } => {
                    let style = if style.is_block() { Style::DoubleQuoted } else { *style };
                    out.push_str(&scalar::write(value, style, true));
                }
                Kind::End { .. } => {}
            }
        }
        if depth == 0 {
            break;
        }
    }
    out
}

fn separate(out: &mut String, node: &Node<'_>, first: bool) {
    match node.role {
        Role::Value => out.push_str(": "),
        Role::Key | Role::Element(_) if !first => out.push_str(", "),
        _ => {}
    }
    if node.role == Role::Key && matches!(node.kind, Kind::Start { .. }) {
        out.push_str("? ");
    }
}

fn properties(out: &mut String, text: &str, node: &Node<'_>) {
    for property in [&node.anchor, &node.tag].into_iter().flatten() {
        out.push_str(text.get(property.clone()).unwrap_or_default());
        out.push(' ');
    }
}
