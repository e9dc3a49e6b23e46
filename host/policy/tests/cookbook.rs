//! Runs every policy of `docs/policy.md` against the cases below it.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

use cofferdam_policy::{CaseTable, Policy, Source};

const COOKBOOK: &str = include_str!("../../../docs/policy.md");

/// A situation: its heading, its policies (each a way to write the same), its cases.
#[derive(Default)]
struct Situation<'a> {
    heading: &'a str,
    policies: Vec<(&'a str, String)>,
    cases: String,
}

fn situations() -> Vec<Situation<'static>> {
    let mut found: Vec<Situation<'_>> = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in COOKBOOK.lines() {
        match &mut block {
            Some((kind, text)) if line == "```" => {
                if let Some(situation) = found.last_mut() {
                    match *kind {
                        "toml cases" => situation.cases.push_str(text),
                        kind => situation.policies.push((kind, text.clone())),
                    }
                }
                block = None;
            }
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => match line.strip_prefix("```") {
                Some(kind) => block = Some((kind, String::new())),
                None if line.starts_with("### ") => {
                    found.push(Situation { heading: &line[4..], ..Situation::default() });
                }
                None => {}
            },
        }
    }
    found
}

fn load(heading: &str, kind: &str, text: &str) -> Policy {
    let loaded = match kind {
        "cedar policy" => Policy::from_source(Source::cedar("site.cedar", text)),
        "cedar added" => Policy::built_in().and(Source::cedar("site.cedar", text)),
        "toml policy" => Policy::from_source(Source::toml("site.toml", text)),
        other => panic!("{heading}: what is a block of kind {other:?}?"),
    };
    loaded.unwrap_or_else(|error| panic!("{heading} ({kind}): {error}"))
}

#[test]
fn every_policy_answers_its_cases_and_nothing_about_it_is_doubtful() {
    let situations = situations();
    assert_eq!(situations.len(), 14);
    for Situation { heading, policies, cases } in situations {
        let table = CaseTable::parse("cases", &cases).unwrap_or_else(|e| panic!("{heading}: {e}"));
        assert!(!policies.is_empty(), "{heading} has no policy");
        for (kind, text) in policies {
            let policy = load(heading, kind, &text);
            for outcome in table.run(&policy) {
                assert!(outcome.failure.is_none(), "{heading} ({kind}): {outcome}");
            }
            let doubts: Vec<String> = policy.lints().iter().map(ToString::to_string).collect();
            assert!(doubts.is_empty(), "{heading} ({kind}): {doubts:?}");
        }
    }
}

#[test]
fn without_its_policy_no_situation_is_as_its_cases_say() {
    for Situation { heading, cases, .. } in situations() {
        let table = CaseTable::parse("cases", &cases).unwrap();
        let failed = table.run(&Policy::built_in()).iter().any(|o| o.failure.is_some());
        assert!(failed, "{heading}: its cases hold without its policy");
    }
}

#[test]
fn the_first_example_of_the_page_is_a_policy() {
    let text = COOKBOOK.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    Policy::from_source(Source::toml("site.toml", text)).unwrap();
}
