//! XML documents as trees: everything counts but white space between tags, quotes and the order of attributes.

use cofferdam_hook_files::{Charset, Text};
use cofferdam_xml::{Document, NodeId, NodeKind, Options, parse};

use crate::Difference;

/// Whether two files are the same document, each in the encoding that it declares.
pub(crate) fn same(expected: &[u8], actual: &[u8]) -> Result<(), Difference> {
    let read = |bytes: &[u8]| {
        tree(bytes).map_err(|what| {
            Difference::new("XML", format!("{what}, in {:?}", String::from_utf8_lossy(bytes)))
        })
    };
    let (expected, actual) = (read(expected)?, read(actual)?);
    if actual == expected {
        return Ok(());
    }
    Err(Difference::new(expected.join("\n"), actual.join("\n")))
}

fn tree(bytes: &[u8]) -> Result<Vec<String>, String> {
    let document = parse(decode(bytes)?, &Options::default()).map_err(|error| error.to_string())?;
    let mut lines = Vec::new();
    let mut open = vec![(document.root(), 0)];
    while let Some((node, depth)) = open.pop() {
        if !document.is_whitespace(node) {
            lines.push(format!("{}{}", "  ".repeat(depth), describe(&document, node)));
        }
        let children: Vec<NodeId> = document.children(node).collect();
        open.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
    }
    Ok(lines)
}

fn describe(document: &Document, node: NodeId) -> String {
    let value = document.value(node).replace("\r\n", "\n");
    let name = document.name(node).map(|name| format!("{{{}}}{}", name.namespace, name.local));
    let name = name.unwrap_or_default();
    match document.kind(node) {
        NodeKind::Element => {
            let mut attributes: Vec<String> = document
                .attributes(node)
                .map(|each| {
                    let name = document.name(each).map(ToString::to_string).unwrap_or_default();
                    format!("{name}={:?}", document.value(each))
                })
                .collect();
            attributes.sort();
            format!("<{name} {}>", attributes.join(" "))
        }
        // That there is one, and what it says of standing alone; the encoding has been used for decoding.
        NodeKind::Declaration => {
            let standalone = document.declaration().and_then(|declaration| declaration.standalone);
            format!("<?xml {}?>", standalone.map(|span| document.text_of(span)).unwrap_or_default())
        }
        kind => format!("{kind:?} {name} {value:?}"),
    }
}

/// The text of a file in the encoding that it declares.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, String> {
    if Charset::of_bom(bytes).is_none() {
        let head = declaration(bytes);
        let declared = head.split("encoding=").nth(1);
        if let Some(charset) =
            declared.and_then(|rest| Charset::named(rest.get(1..)?.split(['"', '\'']).next()?))
        {
            return charset
                .decode(bytes.to_vec())
                .map_err(|_| "not in the declared encoding".into());
        }
    }
    Ok(Text::decode(bytes.to_vec(), "a file".as_ref()).map_err(|error| error.to_string())?.content)
}

/// Where a declaration ends at the latest that anybody writes.
const MAX_DECLARATION_BYTES: usize = 200;

/// The XML declaration, if that is how the file begins.
pub(crate) fn declaration(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_DECLARATION_BYTES)]);
    let declaration = head.split_once("?>").map(|(declaration, _)| declaration.to_owned());
    declaration.unwrap_or_default()
}
