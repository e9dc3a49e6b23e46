//! Writing nodes that never stood in the file.

use cofferdam_xml::{Document, NodeId, NodeKind, escape};

use super::edited::{comment, instruction};

/// The children of an element as text. Nodes that stood in the file are written as they stood there.
pub(crate) fn children(document: &Document, element: NodeId) -> Result<String, String> {
    let mut out = String::new();
    // What is still to be written; a text is the end tag of an element that has been opened.
    let mut open: Vec<Result<NodeId, String>> = Vec::new();
    push_children(document, element, &mut open);
    while let Some(next) = open.pop() {
        match next {
            Ok(node) => one(document, node, &mut out, &mut open)?,
            Err(end_tag) => out.push_str(&end_tag),
        }
    }
    Ok(out)
}

fn push_children(document: &Document, element: NodeId, open: &mut Vec<Result<NodeId, String>>) {
    let first = open.len();
    open.extend(document.children(element).map(Ok));
    if let Some(new) = open.get_mut(first..) {
        new.reverse();
    }
}

fn one(
    document: &Document,
    node: NodeId,
    out: &mut String,
    open: &mut Vec<Result<NodeId, String>>,
) -> Result<(), String> {
    let value = document.value(node);
    let invalid = |error: escape::InvalidCharacter| error.to_string();
    match document.kind(node) {
        NodeKind::Element => {
            let name = document.name(node).map(ToString::to_string).unwrap_or_default();
            out.push('<');
            out.push_str(&name);
            for attribute in document.attributes(node) {
                let value = document.value(attribute);
                let value = escape::attribute(&value, '"').map_err(invalid)?;
                let name = document.name(attribute).map(ToString::to_string).unwrap_or_default();
                out.push_str(&format!(" {name}=\"{value}\""));
            }
            if document.children(node).next().is_none() {
                out.push_str(" />");
            } else {
                out.push('>');
                open.push(Err(format!("</{name}>")));
                push_children(document, node, open);
            }
        }
        NodeKind::Text => out.push_str(&escape::text(&value).map_err(invalid)?),
        NodeKind::Cdata => {
            out.push_str(&format!("<![CDATA[{}]]>", escape::cdata(&value).map_err(invalid)?));
        }
        NodeKind::Comment => out.push_str(&format!("<!--{}-->", comment(&value)?)),
        NodeKind::ProcessingInstruction => {
            let target = document.name(node).map(ToString::to_string).unwrap_or_default();
            out.push_str(&format!("<?{target} {}?>", instruction(&value)?));
        }
        NodeKind::EntityReference => {
            let name = document.name(node).map(ToString::to_string).unwrap_or_default();
            out.push_str(&format!("&{name};"));
        }
        _ => {}
    }
    Ok(())
}
