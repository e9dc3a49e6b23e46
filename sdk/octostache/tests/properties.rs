//! What holds for every text.

use cofferdam_octostache::{Limits, Options, Variables, parse_template, parse_template_leniently};
use proptest::prelude::*;

/// Texts that are likely to be templates, or nearly.
fn template_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("#{".to_owned()),
        Just("}".to_owned()),
        Just("##".to_owned()),
        Just("#{A}".to_owned()),
        Just("#{if A}".to_owned()),
        Just("#{if A == \"x\"}".to_owned()),
        Just("#{else}".to_owned()),
        Just("#{elseif B}".to_owned()),
        Just("#{/if}".to_owned()),
        Just("#{unless A}".to_owned()),
        Just("#{/unless}".to_owned()),
        Just("#{each x in L}".to_owned()),
        Just("#{/each}".to_owned()),
        Just("#{calc (1+A)*2}".to_owned()),
        Just(" | ".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just("\\\"".to_owned()),
        Just("\"".to_owned()),
        "[A-Za-z]{1,12}",
        "#\\{[ABLJx.\\[\\]]{1,5} \\| [A-Za-z0-9]{1,22} ?[^#]{0,6}\\}",
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn variables() -> Variables {
    Variables::from_iter([
        ("A", Some("1 x")),
        ("B", Some("#{A}##{A}")),
        ("L", Some("a,#{B},c")),
        ("J", Some("{\"a\":[1,{\"b\":null}],c:'#{A}'}")),
        ("x[A].B", Some("2030-05-22T09:05:00+02:00")),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_text_evaluates_or_is_refused(template in template_like(), halt in any::<bool>()) {
        let limits = Limits { max_output_bytes: 1_000_000, max_steps: 100_000, ..Limits::default() };
        let options = Options { halt_on_error: halt, trace: true, limits, ..Options::default() };
        if let Ok(evaluation) = variables().evaluate(&template, &options) {
            prop_assert_eq!(evaluation.error.is_some(), !evaluation.missing.is_empty()
                || evaluation.error.as_deref().is_some_and(|e| e.starts_with("Parsing failure")));
        }
    }

    #[test]
    fn any_value_and_name_is_good(name in "\\PC{0,12}", value in "\\PC{0,40}", format in "\\PC{0,6}") {
        let mut variables = Variables::new();
        variables.set(&name, Some(&value));
        prop_assert_eq!(variables.get_raw(&name), Some(value.as_str()));
        variables.set("V", Some(&value));
        variables.set("F", Some(&format));
        for filter in ["Format #{F}", "Format Date #{F}", "Format Double #{F}", "AddDays 1", "Markdown",
            "UriPart Host", "Match #{F}", "Replace #{F}#{F}", "VersionMajor", "Indent #{F}", "Truncate 2",
            "Substring 1 2", "FromBase64", "YamlSingleQuoteEscape", "PropertiesKeyEscape"] {
            let _ = variables.evaluate(&format!("#{{V | {filter}}}"), &Options::default());
        }
        let _ = variables.get_indexes(&name);
    }

    #[test]
    fn text_without_tokens_is_unchanged(text in "[^{]{0,200}") {
        let result = variables().evaluate(&text, &Options::default()).unwrap();
        prop_assert_eq!(result.text, Some(text));
    }

    /// One pass may change a text; from then on the canonical form stays as it is, where it parses
    /// at all. Not so with hashes in a row (`###{A}` prints as `##{A}`, an escape) and with an
    /// `unless` without a body (it prints as an `if` with an empty `else`).
    #[test]
    fn the_canonical_form_is_canonical(template in template_like()) {
        let limits = Limits::default();
        prop_assume!(!template.contains("##") && !template.contains("#{unless A}#{/unless}"));
        if let Ok(parsed) = parse_template(&template, &limits) {
            let once = parsed.to_string();
            if let Ok(again) = parse_template(&once, &limits) {
                prop_assert_eq!(again.to_string(), once);
            }
        }
    }

    #[test]
    fn what_parses_strictly_parses_leniently_to_the_same(template in template_like()) {
        let limits = Limits::default();
        if let Ok(strict) = parse_template(&template, &limits) {
            prop_assert_eq!(parse_template_leniently(&template, &limits).unwrap(), strict);
        }
    }
}
