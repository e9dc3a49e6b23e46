//! XML: the reader, XPath, and the two hooks that edit .NET configuration files.

use cofferdam_hook_xml_transforms::xdt;
use cofferdam_hook_xml_variables::replace;
use cofferdam_octostache::Variables;
use cofferdam_xml::xpath::{self, Dialect, Namespaces};
use cofferdam_xml::{Document, NodeId, Options, Span, escape, parse, parse_fragment};

use crate::memory::{Budget, within};
use crate::parts::{pairs, parts};
use crate::stack::as_in_wasm;

/// Entities may make a text longer, up to the reader's limits.
const BUDGET: Budget = Budget { fixed_bytes: 64 << 20, per_input_byte: 4096 };

/// What expressions are tried on.
const SAMPLE: &str =
    "<a x='1' xmlns:p='urn:p'><b y='2'>text<!--c--><?pi d?></b><p:b>3</p:b><b/></a>";

/// A text as a document, as a fragment, and as a value to be escaped.
pub fn read(text: &str) {
    within(BUDGET, text.len(), || {
        as_in_wasm(|| {
            for document in
                [parse(text, &Options::default()), parse_fragment(text, &Options::default())]
            {
                match document {
                    Ok(document) => assert_in_place(&document, text),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
            assert_escapes(text);
        })
    });
}

/// Everything stands inside what it belongs to, and the text is kept.
fn assert_in_place(document: &Document, text: &str) {
    assert_eq!(document.source(), text);
    for node in document.descendants(document.root()) {
        assert_node_in_place(document, node, text);
        for attribute in document.attributes(node) {
            assert_node_in_place(document, attribute, text);
        }
    }
}

fn assert_node_in_place(document: &Document, node: NodeId, text: &str) {
    let _ = (document.value(node), document.string_value(node));
    let Some(span) = document.span(node) else { return };
    assert!(text.get(span.range()).is_some(), "{span:?}");
    let _ = document.position(span.start);
    if let Some(inner) = document.inner_span(node) {
        assert!(is_within(inner, span) && text.get(inner.range()).is_some(), "{inner:?} {span:?}");
    }
    if let Some(parent) = document.parent(node).and_then(|parent| document.span(parent)) {
        assert!(is_within(span, parent), "{span:?} is not in {parent:?}");
    }
}

fn is_within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end
}

/// A value that was escaped is read as itself.
fn assert_escapes(value: &str) {
    let (Ok(text), Ok(single), Ok(double), Ok(cdata)) = (
        escape::text(value),
        escape::attribute(value, '\''),
        escape::attribute(value, '"'),
        escape::cdata(value),
    ) else {
        return;
    };
    let markup =
        format!("<a s='{single}' d=\"{double}\"><b>{text}</b><c><![CDATA[{cdata}]]></c></a>");
    let Ok(document) = parse(markup, &Options::default()) else {
        panic!("{value:?} cannot be read when it is escaped");
    };
    let element = document.document_element().unwrap();
    for attribute in document.attributes(element) {
        assert_eq!(document.value(attribute), value);
    }
    let mut children = document.children(element);
    assert_eq!(document.string_value(children.next().unwrap()), value);
    assert_eq!(document.string_value(children.next().unwrap()), value);
}

/// An expression, and optionally a document.
pub fn select(input: &str) {
    within(BUDGET, input.len(), || {
        as_in_wasm(|| {
            let mut parts = parts(input);
            let expression = parts.next().unwrap_or_default();
            let Ok(document) = parse(parts.next().unwrap_or(SAMPLE), &Options::default()) else {
                return;
            };
            let mut namespaces = Namespaces::new();
            namespaces.bind("p", "urn:p");
            for dialect in [Dialect::XPath1, Dialect::XPath2] {
                let Ok(path) = xpath::compile_as(expression, dialect) else { continue };
                let Ok(nodes) = path.select(&document, document.root(), &namespaces) else {
                    continue;
                };
                let order: Vec<u32> =
                    nodes.iter().map(|node| document.document_order(*node)).collect();
                assert!(order.is_sorted_by(|a, b| a < b), "{order:?}");
            }
        })
    });
}

/// Bytes as a .NET configuration file. The variables stand behind the first U+001E.
pub fn settings(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0x1e).unwrap_or(bytes.len());
    let (file, rest) = bytes.split_at(end);
    let rest = String::from_utf8_lossy(rest);
    within(BUDGET, bytes.len(), || {
        as_in_wasm(|| {
            let mut variables = Variables::new();
            for (name, value) in pairs(parts(&rest).skip(1)) {
                variables.set_literal(name, value);
            }
            let Ok(replaced) = replace(file, &variables) else { return };
            let Some(after) = replaced.bytes else { return };
            // Once is enough.
            let again = replace(&after, &variables);
            let again = again.unwrap_or_else(|error| panic!("{error}: {after:?}"));
            assert_eq!(again.settings, replaced.settings);
            assert_eq!(again.bytes, None, "{:?}", String::from_utf8_lossy(&after));
        })
    });
}

/// A document and a transform file.
pub fn transform(input: &str) {
    within(BUDGET, input.len(), || {
        as_in_wasm(|| {
            let mut parts = parts(input);
            let mut document = || parse(parts.next().unwrap_or_default(), &Options::default());
            let (Ok(source), Ok(transform)) = (document(), document()) else { return };
            let mut depth = 0_i32;
            let outcome = xdt::transform(source, transform, &mut |entry| match entry {
                xdt::Entry::Begin(_) => depth += 1,
                xdt::Entry::End(_) => depth -= 1,
                _ => {}
            });
            assert_eq!(depth, 0);
            let Ok(outcome) = outcome else { return };
            if let (true, Ok(text)) = (outcome.has_root, outcome.text)
                && let Err(error) = parse(text.as_str(), &Options::default())
            {
                panic!("{error}: {text}");
            }
        })
    });
}
