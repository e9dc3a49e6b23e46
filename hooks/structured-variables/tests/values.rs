//! Any value arrives in the document as it is, and nothing else in the document changes its meaning.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

mod support;

use cofferdam_hook_structured_variables::Format;
use cofferdam_xml::{NodeKind, Options};
use proptest::prelude::*;
use support::{literal, replaced, yaml_nodes};

/// Texts with what is special in some format or other, more often than chance would have it.
fn text() -> impl Strategy<Value = String> {
    let special = proptest::sample::select(vec![
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "a",
        "b c",
        ": ",
        " #",
        "#",
        "- ",
        "-",
        "---",
        "...",
        "'",
        "\"",
        "\\",
        ",",
        "[",
        "]",
        "{",
        "}",
        "&",
        "*",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        ":",
        "=",
        "~",
        "null",
        "1",
        "é",
        "\u{1F600}",
        "\u{7}",
        "\u{85}",
        "\u{2028}",
        "\u{FEFF}",
        "<",
        "--",
        "]]>",
        "?>",
        "\r\n",
    ]);
    prop_oneof![
        proptest::collection::vec(special, 0..8).prop_map(|parts| parts.concat()),
        any::<String>(),
    ]
}

/// Places for a scalar in YAML: the text, and whether it is a block scalar, in which line ends are the file's.
const PLACES: [(&str, bool); 16] = [
    ("k: old\nz: 1\n", false),
    ("k: old", false),
    ("k: 'old' # c\nz: 1\n", false),
    ("k: \"old\"\nz: 1\n", false),
    ("k:\nz: 1\n", false),
    ("k: # c\n  old\nz: 1\n", false),
    ("k: &a\nz: *a\n", false),
    ("x: {k: old, z: 1}\n", false),
    ("x: {k: , z: 1}\n", false),
    ("x: {k, z: 1}\n", false),
    ("x: {'k':'old'}\n", false),
    ("k: |\n  old\n  text\nz: 1\n", true),
    ("k: >- # c\n    old\n\n    text\n\n\nz: 1\n", true),
    ("k: |2+\n    old\n\n\nz: 1\n", true),
    ("k: |\n  old", true),
    ("k: >\n\nz: 1\n", true),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn yaml_scalars(value in text(), place in 0..PLACES.len(), crlf: bool) {
        let (before, block) = PLACES[place];
        let before = if crlf { before.replace('\n', "\r\n") } else { before.to_owned() };
        let name = if before.starts_with('x') { "X:K" } else { "K" };
        let after = replaced(Format::Yaml, &before, &literal(&[(name, &value)])).unwrap();
        let value = if block { value.replace("\r\n", "\n") } else { value };

        // The node after the key is the value; all others are as they were.
        let (mut old, mut new) = (yaml_nodes(&before).unwrap(), yaml_nodes(&after).unwrap());
        let key = old.iter().position(|node| node.trim_matches('"') == "k").unwrap();
        let (_, got) = (old.remove(key + 1), new.remove(key + 1));
        prop_assert!(got == value || got == format!("{value:?}"), "{value:?} became {got} in\n{after}");
        prop_assert_eq!(old, new, "in\n{}", after);
    }

    #[test]
    fn json_strings(value in text()) {
        let after = replaced(Format::Json, "{'k':'old','z':1}", &literal(&[("k", &value)])).unwrap();
        let strict = after.replace("'z'", "\"z\"").replace("'k'", "\"k\"");
        prop_assume!(!value.contains("'z'") && !value.contains("'k'"));
        let document: serde_json::Value = serde_json::from_str(&strict).unwrap();
        prop_assert_eq!(document["k"].as_str(), Some(value.as_str()));
    }

    #[test]
    fn xml_values(value in text(), place in 0..4_usize) {
        let (path, before) = [
            ("/r/a", "<r><a>old</a></r>"),
            ("/r/a", "<r>\r\n<a x='1' /></r>"),
            ("/r/@b", "<r b='old'/>"),
            ("/r/a", "<r><a><![CDATA[old]]></a></r>"),
        ][place];
        let Ok(after) = replaced(Format::Xml, before, &literal(&[(path, &value)])) else {
            let writable = value.chars().all(cofferdam_xml::chars::is_char);
            prop_assert!(!writable, "{value:?} should have been written");
            return Ok(());
        };
        let document = cofferdam_xml::parse(after.clone(), &Options::default()).unwrap();
        let nodes = cofferdam_xml::xpath::compile(path).unwrap();
        let nodes = nodes.select(&document, document.root(), &Default::default()).unwrap();
        let got = document.string_value(nodes[0]).into_owned();
        let is_attribute = document.kind(nodes[0]) == NodeKind::Attribute;
        let lines = |text: &str| if is_attribute { text.to_owned() } else { text.replace("\r\n", "\n") };
        prop_assert_eq!(lines(&got), lines(&value), "in {}", after);
    }

    #[test]
    fn any_text_in_any_format_is_an_answer_or_an_error(content in text(), value in text(), which in 0..4_usize) {
        let names = ["k", "0", "/a", "//*", "//text()", "//@*", "0:a", "a"];
        let pairs: Vec<(&str, &str)> = names.into_iter().map(|name| (name, value.as_str())).collect();
        for content in [content.clone(), format!("k: {content}"), format!("[{content}]"), format!("<a>{content}</a>")] {
            let _ = replaced(Format::ALL[which], &content, &literal(&pairs));
        }
    }
}
