//! Outside of what is replaced every byte stays: documents are put together from pieces, so the test knows which byte is
//! whose.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

mod support;

use cofferdam_hook_structured_variables::Format;
use proptest::prelude::*;
use support::{literal, replaced};

/// A document of entries, each with what stands around its value.
#[derive(Clone, Debug)]
struct Entry {
    before: String,
    value: String,
    /// What the value becomes; none if no variable names it.
    new: Option<String>,
    after: String,
}

/// Builds both texts, and checks that the one becomes the other.
fn check(format: Format, start: &str, entries: &[Entry], end: &str, new: impl Fn(&str) -> String) {
    let mut before = start.to_owned();
    let mut after = start.to_owned();
    let mut pairs = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let number = index.to_string();
        for (text, value) in [(&mut before, Some(&entry.value)), (&mut after, None)] {
            text.push_str(&entry.before.replace('@', &number));
            match (value, &entry.new) {
                (None, Some(word)) => text.push_str(&new(word)),
                _ => text.push_str(&entry.value),
            }
            text.push_str(&entry.after);
        }
        if let Some(word) = &entry.new {
            let name =
                if format == Format::Xml { format!("//k{index}") } else { format!("K{index}") };
            pairs.push((name, word.clone()));
        }
    }
    before.push_str(end);
    after.push_str(end);
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, word)| (name.as_str(), word.as_str())).collect();
    assert_eq!(replaced(format, &before, &literal(&pairs)).unwrap(), after, "from:\n{before}");
}

fn entries(
    before: impl Strategy<Value = String> + Clone,
    value: impl Strategy<Value = String> + Clone,
    after: impl Strategy<Value = String> + Clone,
) -> impl Strategy<Value = Vec<Entry>> {
    let entry = (before, value, proptest::option::of("[a-z]{1,8}"), after)
        .prop_map(|(before, value, new, after)| Entry { before, value, new, after });
    proptest::collection::vec(entry, 1..8)
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    proptest::sample::select(choices).prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn json(entries in entries(
        one_of(&["\"k@\":", "\n\t\"k@\" :  ", "/* , */'k@':", "\r\n  // \"k1\": x\n k@ : "]),
        one_of(&["\"old\"", "'o\\'ld'", "\"\"", "null", "\"\\u0041\\n\""]),
        one_of(&[",", " ,\r\n", "/* } */,", ", \"list\": [1, {}, 1.50],"]),
    )) {
        check(Format::Json, "// first\n{", &entries, " }\n\n", |word| format!("\"{word}\""));
    }

    #[test]
    fn yaml_plain(entries in entries(
        one_of(&["k@: ", "k@:   ", "# k1: x\nk@: ", "\n\n\"k@\" : ", "k@: &anchor !tag ", "k@: # note\n   ", "? k@\n: "]),
        one_of(&["old", "old text", "1.50", "true", "old\n   text", "http://x#y"]),
        one_of(&["\n", "  # after\n", "\nmap: {a: [1, 2,], b: }  # x\n", "\nliteral: |+\n   x\n\n\n", "\nempty:\n"]),
    )) {
        check(Format::Yaml, "%YAML 1.2\n--- # start\n", &entries, "# end", str::to_owned);
    }

    #[test]
    fn yaml_quoted(entries in entries(
        one_of(&["k@: ", "'k@':\n  ", "k@: !!str ", "...\n---\nk@: "]),
        one_of(&["'old'", "'it''s\n  long'", "''"]),
        one_of(&["\r\n", " # after\r\n", "\r\nseq:\r\n- a\r\n-   b\r\n"]),
    )) {
        check(Format::Yaml, "", &entries, "", |word| format!("'{word}'"));
    }

    #[test]
    fn xml(entries in entries(
        one_of(&["<k@>", "\n  <k@ a='1'\n b = \"2\" >", "<!-- <k1> --><k@>", "<x/><k@>", "&#65;<k@ xmlns='' >"]),
        one_of(&["old", "", "a &amp; b", "<!-- gone -->old", "&#x41;"]),
        one_of(&[""]),
    )) {
        // The end tag needs the number of its start.
        let mut entries = entries;
        for (index, entry) in entries.iter_mut().enumerate() {
            entry.after = format!("</k{index}\n>\r\n");
        }
        check(Format::Xml, "<?xml version='1.0'?>\n<!DOCTYPE r>\n<r >", &entries, "</r>\n<!-- end -->\n", str::to_owned);
    }

    #[test]
    fn properties(entries in entries(
        one_of(&["k@=", "  k@ : ", "# k1=x\nk@\t", "! x \\\n\\u006b@=  ", "k@ = \\\n   "]),
        one_of(&["old", "", "o\\\n   ld", "\\u0041", "a=b:c"]),
        one_of(&["\n", "\r\n\r\n", "\r", "\n#end\n"]),
    )) {
        check(Format::Properties, "", &entries, "", str::to_owned);
    }
}
