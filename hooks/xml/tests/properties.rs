//! What holds for every input.

use cofferdam_xml::xpath::{Dialect, Namespaces, compile_as};
use cofferdam_xml::{Edits, NodeKind, Options, parse, parse_fragment};
use proptest::prelude::*;

/// Text that is XML more often than chance would have it.
fn xmlish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<a>",
        "</a>",
        "<a/>",
        "<b x='1'>",
        "</b>",
        "<p:c xmlns:p=\"u\" p:y=\"&lt;\"/>",
        "text",
        " ",
        "\r\n",
        "<!-- c -->",
        "<![CDATA[ <x> ]]>",
        "<?t d?>",
        "&amp;",
        "&#65;",
        "&e;",
        "é",
        "🦀",
        "<",
        ">",
        "&",
        "\"",
        "'",
        "]]>",
        "--",
        "<!DOCTYPE a [<!ENTITY e 'v'>]>",
        "<?xml version='1.0'?>",
        "\u{0}",
        "=",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn xpathish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "/",
        "//",
        "a",
        "b",
        "@x",
        "*",
        "*:a",
        "[",
        "]",
        "(",
        ")",
        ".",
        "..",
        "1",
        "'s'",
        "=",
        "<",
        " and ",
        " or ",
        " div ",
        "-",
        "+",
        "|",
        ",",
        "text()",
        "node()",
        "position()",
        "last()",
        "count(",
        "ancestor::",
        "preceding::",
        "following::",
        "namespace::",
        "for $x in ",
        " return ",
        "$x",
        "if (",
        " then ",
        " else ",
        " to ",
        "matches(",
        "string(",
        "é",
        "$",
        "::",
        "(: ",
        " :)",
        "some $y in ",
        " satisfies ",
        " eq ",
        " is ",
        " except ",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The leaves of the tree and the tags, put side by side, are the text.
    #[test]
    fn spans_tile_the_text(text in xmlish()) {
        let wrapped = format!("<r>{text}</r>");
        for text in [text, wrapped] {
            for parsed in [parse(text.as_str(), &Options::default()), parse_fragment(text.as_str(), &Options::default())] {
                let Ok(document) = parsed else { continue };
                let mut out = String::new();
                let mut open = Vec::new();
                for node in document.descendants(document.root()) {
                    while let Some(&top) = open.last() {
                        if document.parent(node) == Some(top) { break }
                        out.push_str(document.end_tag_span(top).map_or("", |span| document.text_of(span)));
                        open.pop();
                    }
                    if document.kind(node) == NodeKind::Element {
                        out.push_str(document.text_of(document.start_tag_span(node).unwrap()));
                        open.push(node);
                    } else {
                        out.push_str(document.text_of(document.span(node).unwrap()));
                    }
                }
                while let Some(top) = open.pop() {
                    out.push_str(document.end_tag_span(top).map_or("", |span| document.text_of(span)));
                }
                prop_assert_eq!(&out, document.source());
            }
        }
    }

    /// Replacing values leaves everything outside of their spans alone.
    #[test]
    fn edits_change_their_spans_only(text in xmlish(), mark in "[a-z]{0,4}") {
        let Ok(document) = parse_fragment(text.as_str(), &Options::default()) else { return Ok(()) };
        let mut edits = Edits::new();
        let mut spans = Vec::new();
        for node in document.descendants(document.root()) {
            for attribute in document.attributes(node) {
                spans.push(document.inner_span(attribute).unwrap());
            }
        }
        for &span in spans.iter().rev() {
            edits.replace(span, mark.as_str());
        }
        let out = edits.apply(&text).unwrap();
        let mut rest = out.as_str();
        let mut done = 0;
        for span in spans {
            let kept = &text[done..span.start as usize];
            prop_assert!(rest.starts_with(kept));
            rest = &rest[kept.len()..];
            prop_assert!(rest.starts_with(mark.as_str()));
            rest = &rest[mark.len()..];
            done = span.end as usize;
        }
        prop_assert_eq!(rest, &text[done..]);
    }

    /// No expression panics, on any document.
    #[test]
    fn xpath_never_panics(expression in prop_oneof![xpathish(), any::<String>()]) {
        let document = parse(
            "<a x='1'><b x='2'>t<!-- c --><?p d?></b><a xmlns:p='u'><p:c/>5</a></a>",
            &Options::default(),
        ).unwrap();
        for dialect in [Dialect::XPath1, Dialect::XPath2] {
            if let Ok(compiled) = compile_as(&expression, dialect) {
                for node in document.descendants(document.root()) {
                    let _ = compiled.evaluate(&document, node, &Namespaces::new());
                }
            }
        }
    }

    /// No text panics.
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = parse(text.as_str(), &Options::default());
        let _ = parse_fragment(text, &Options::default());
    }
}
