//! Every kind of YAML in every kind of place: the result means what it should, and its neighbours what they did.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

mod support;

use cofferdam_hook_structured_variables::Format;
use support::{literal, replaced, yaml_nodes};

/// A place: the text, and the name of the collection in it that is replaced.
const PLACES: [(&str, &str); 24] = [
    ("k:\n  a: 1\n  b: 2\nz: 1\n", "k"),
    ("k:\n- a\n- b\nz: 1\n", "k"),
    ("k:\n  - a\n  - b # gone\nz: 1\n", "k"),
    ("k: {a: 1}\nz: 1\n", "k"),
    ("k: [a] # stays\nz: 1\n", "k"),
    ("k: # stays\n- a\n- b\nz: 1\n", "k"),
    ("k: # stays\n  a: 1\nz: 1\n", "k"),
    ("k: &anchor\n  a: 1\nz: *anchor\n", "k"),
    ("k: !tag\n- a\nz: 1\n", "k"),
    ("k: &anchor [a,\n   b]\nz: *anchor", "k"),
    ("x:\n    k:\n        a: |\n            text\n\n    z: 1\n", "x:k"),
    ("- a: 1\n  b: 2\n- z\n", "0"),
    ("- - a\n  - b\n- z\n", "0"),
    ("- [a, b]\n- z\n", "0"),
    ("-\n  a: 1\n- z\n", "0"),
    ("- # stays\n  a: 1\n- z\n", "0"),
    ("- &anchor\n  a: 1\n- *anchor\n", "0"),
    ("- k:\n  - a\n  z: 1\n", "0:k"),
    ("x: {k: {a: 1}, z: 1}\n", "x:k"),
    ("x: [[a], z]\n", "x:0"),
    ("x: [&anchor [a], *anchor]\n", "x:0"),
    ("? k\n: a: 1\n  b: 2\n? z\n: 1\n", "k"),
    ("--- {k: [a]}\n---\nk:\n  a: 1", "k"),
    ("k:\n  a: 1", "k"),
];

/// The anchor of a collection goes with it unless there are aliases to it.
#[test]
fn anchors_stay_where_aliases_need_them() {
    for (place, after) in [
        ("k: &a [1]\nz: 1\n", "k: new\nz: 1\n"),
        ("k: &a [1]\nz: *a\n", "k: &a new\nz: *a\n"),
        ("k: &a\n  b: 1\nz: *a # *b\n", "k: &a new\nz: *a # *b\n"),
    ] {
        assert_eq!(replaced(Format::Yaml, place, &literal(&[("k", "new")])).unwrap(), after);
    }
}

/// A value, and the nodes that it stands for.
const FRAGMENTS: [(&str, &[&str]); 18] = [
    ("c: 3\nd: [4, 5]\n", &["{", "c", "3", "d", "[", "4", "5", "]", "}"]),
    ("- x\n- y: 1\n  w: 2", &["[", "x", "{", "y", "1", "w", "2", "}", "]"]),
    ("  c: 3\n  d:\n   - e", &["{", "c", "3", "d", "[", "e", "]", "}"]),
    ("{c: 3, d: }", &["{", "c", "3", "d", "null", "}"]),
    ("[x,\n y]", &["[", "x", "y", "]"]),
    ("text", &["text"]),
    ("two words", &["two words"]),
    ("'quoted'", &["\"quoted\""]),
    ("~", &["~"]),
    ("", &["\"\""]),
    ("# only a comment", &["\"# only a comment\""]),
    ("\"unclosed", &["\"\\\"unclosed\""]),
    (
        "c: |\n  one\n   two\nd: >-\n  folded\n  text",
        &["{", "c", "\"one\\n two\\n\"", "d", "\"folded text\"", "}"],
    ),
    ("# dropped\n---\nc: 3 # kept\n", &["{", "c", "3", "}"]),
    ("c: |\n  last\n", &["{", "c", "\"last\\n\"", "}"]),
    ("- - deep\n  - er\n- []", &["[", "[", "deep", "er", "]", "[", "]", "]"]),
    ("? [c, d]\n: e\n", &["{", "[", "c", "d", "]", "e", "}"]),
    ("\r\nc: 3\r\nd:\r\n  - 4\r\n", &["{", "c", "3", "d", "[", "4", "]", "}"]),
];

/// The nodes of a place with those of the collection at `name` exchanged; its anchor stays.
fn exchanged(nodes: &[String], name: &str, fragment: &[&str]) -> Vec<String> {
    let mut result = Vec::new();
    let mut index = 0;
    let mut open = 0_usize;
    while index < nodes.len() {
        let node = &nodes[index];
        let depth_of_target = name.split(':').count();
        let starts = node == "{" || node == "[";
        let is_target = starts && open == depth_of_target && target(nodes, index, name);
        result.push(node.clone());
        if is_target {
            let anchor = nodes.get(index + 1).filter(|next| next.starts_with('&')).cloned();
            result.pop();
            let mut fragment = fragment.iter().map(|node| (*node).to_owned());
            result.extend(fragment.next());
            result.extend(anchor);
            result.extend(fragment);
            let mut depth = 0;
            while index < nodes.len() {
                depth += i32::from(nodes[index] == "{" || nodes[index] == "[");
                depth -= i32::from(nodes[index] == "}" || nodes[index] == "]");
                index += 1;
                if depth == 0 {
                    break;
                }
            }
            continue;
        }
        open += usize::from(starts);
        open -= usize::from(node == "}" || node == "]");
        index += 1;
    }
    result
}

/// Whether the collection is the one that is named: the value of `k`, or the first in a sequence.
fn target(nodes: &[String], index: usize, name: &str) -> bool {
    let before = index.checked_sub(1).map(|before| nodes[before].as_str());
    match name.rsplit(':').next() {
        Some("k") => before == Some("k"),
        _ => before == Some("["),
    }
}

#[test]
fn every_fragment_fits_every_place() {
    let mut problems = Vec::new();
    for (place, name) in PLACES {
        for crlf in [false, true] {
            let place = if crlf { place.replace('\n', "\r\n") } else { place.to_owned() };
            for (fragment, nodes) in FRAGMENTS {
                let after = replaced(Format::Yaml, &place, &literal(&[(name, fragment)])).unwrap();
                let expected = exchanged(&yaml_nodes(&place).unwrap(), name, nodes);
                let got = yaml_nodes(&after);
                if got.as_ref() != Ok(&expected) {
                    problems.push(format!(
                        "--- {place:?} with {fragment:?}\n{after}\nexpected {expected:?}\ngot      {got:?}"
                    ));
                } else if place.contains("stays") && !after.contains("stays") {
                    problems
                        .push(format!("--- lost a comment: {place:?} with {fragment:?}\n{after}"));
                } else if !crlf && after.contains('\r')
                    || crlf && after.replace("\r\n", "").contains('\n')
                {
                    problems.push(format!(
                        "--- mixed line ends: {place:?} with {fragment:?}\n{after:?}"
                    ));
                }
            }
        }
    }
    assert!(
        problems.is_empty(),
        "{} problems\n{}",
        problems.len(),
        problems[..problems.len().min(6)].join("\n")
    );
}

#[test]
fn values_that_are_only_partly_yaml_are_errors() {
    for value in ["{unclosed", "[a, b", "---\nx: 1\n---\ny: 2", "a: b: c", "a: 1\n- b"] {
        let error = replaced(Format::Yaml, "k:\n  a: 1\n", &literal(&[("k", value)])).unwrap_err();
        assert!(error.to_string().contains("only its beginning is valid YAML"), "{value}: {error}");
    }
}

#[test]
fn a_fragment_is_laid_out_as_its_surroundings() {
    for (place, name, value, expected) in [
        ("k:\n- a\nz: 1\n", "k", "c: 3", "k:\n  c: 3\nz: 1\n"),
        ("x:\n    y: 1\nk: [a]\n", "k", "c: 3\nd: 4", "x:\n    y: 1\nk:\n    c: 3\n    d: 4\n"),
        ("k:\n  a: 1 # gone\n  # stays\nz: 1\n", "k", "text", "k: text\n  # stays\nz: 1\n"),
        ("k:\n\n  # stays\n  a: 1\nz: 1\n", "k", "[1]", "k:\n\n  # stays\n  [1]\nz: 1\n"),
        ("x: {k: {a: 1}}\n", "x:k", "- c\n- d: 'e'", "x: {k: [c, {d: 'e'}]}\n"),
        ("- a: 1\n  b: 2\n", "0", "c: 3\nd: 4", "- c: 3\n  d: 4\n"),
    ] {
        let after = replaced(Format::Yaml, place, &literal(&[(name, value)])).unwrap();
        assert_eq!(after, expected);
    }
}
