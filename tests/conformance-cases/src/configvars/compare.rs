//! How two configuration files are compared: as documents, and byte by byte outside of values.

use cofferdam_hook_files::Text;
use cofferdam_xml::{Document, NodeId, NodeKind, Options, Span, parse};

use crate::Difference;

fn document(bytes: &[u8]) -> Result<Document, Difference> {
    let path = std::path::Path::new("web.config");
    let text = Text::decode(bytes.to_vec(), path)
        .map_err(|error| Difference::new("a text", error.to_string()))?;
    parse(text.content, &Options::default())
        .map_err(|error| Difference::new("an XML document", error.to_string()))
}

/// Whether both are the same document: names, attributes in any order, text, comments. White
/// space between elements, the XML declaration and line ends do not count.
pub(crate) fn same_document(expected: &[u8], actual: &[u8]) -> Result<(), Difference> {
    let [expected, actual] = [canonical(&document(expected)?), canonical(&document(actual)?)];
    if expected == actual {
        return Ok(());
    }
    Err(Difference::new(expected, actual).about("the document"))
}

fn canonical(document: &Document) -> String {
    let mut out = String::new();
    for node in document.descendants(document.root()) {
        let depth = document.ancestors(node).count();
        match document.kind(node) {
            NodeKind::Element => {
                out.push_str(&format!("{depth} <{}", expanded(document, node)));
                let mut attributes: Vec<String> = document
                    .attributes(node)
                    .map(|each| format!(" {}={:?}", expanded(document, each), document.value(each)))
                    .filter(|each| !each.contains("http://www.w3.org/2000/xmlns/"))
                    .collect();
                attributes.sort();
                out.push_str(&attributes.concat());
                out.push('\n');
            }
            NodeKind::Text if document.is_whitespace(node) => {}
            NodeKind::Text | NodeKind::Cdata | NodeKind::Comment => {
                let text = document.value(node).replace("\r\n", "\n");
                out.push_str(&format!("{depth} {text:?}\n"));
            }
            _ => {}
        }
    }
    out
}

fn expanded(document: &Document, node: NodeId) -> String {
    document
        .name(node)
        .map_or_else(String::new, |name| format!("{{{}}}{}", name.namespace, name.local))
}

/// Whether two configuration files are the same, byte for byte, without the values of settings and
/// what was added for them.
///
/// # Errors
/// What is left of both files, if that differs; or which of them cannot be read.
pub fn only_settings_differ(before: &[u8], after: &[u8]) -> Result<(), Difference> {
    let [before, after] = [document(before)?, document(after)?];
    let [before, after] = [skeleton(&before), skeleton(&after)];
    if before == after {
        return Ok(());
    }
    Err(Difference::new(before, after).about("what is not a value"))
}

/// The source without the attributes that hold values (and the white space before them) and
/// without what is in `setting` elements.
fn skeleton(document: &Document) -> String {
    let mut cuts: Vec<Span> = Vec::new();
    for node in document.descendants(document.root()) {
        let Some(name) = document.name(node) else { continue };
        if &*name.local == "setting" {
            cuts.extend(document.span(node));
        }
        if &*name.local == "add" {
            for attribute in document.attributes(node) {
                let is_value = document
                    .name(attribute)
                    .is_some_and(|name| matches!(&*name.local, "value" | "connectionString"));
                if let Some(span) = document.span(attribute).filter(|_| is_value) {
                    let before = &document.source()[..span.start as usize];
                    let blanks = before.len() - before.trim_end().len();
                    let blanks = u32::try_from(blanks).unwrap_or(span.start);
                    cuts.push(Span::new(span.start - blanks, span.end));
                }
            }
        }
    }
    let mut out = String::new();
    let mut done = 0;
    for cut in cuts {
        if cut.start >= done {
            out.push_str(document.text_of(Span::new(done, cut.start)));
            done = cut.end;
        }
    }
    out.push_str(&document.source()[done as usize..]);
    out
}
