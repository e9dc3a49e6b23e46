//! `conformance.json`: an object with an entry per category.

use std::collections::BTreeMap;
use std::io;

use cofferdam_conformance_cases::{Difference, Verdict};
use serde::Serialize;

use crate::results::{Counts, Results};

#[derive(Serialize)]
struct Entry<'a> {
    passed: usize,
    failed: usize,
    deviating: usize,
    failures: Vec<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    id: &'a str,
    expected: &'a str,
    actual: &'a str,
}

/// The report as JSON text.
pub(super) fn json(results: &Results) -> io::Result<Vec<u8>> {
    let mut report = BTreeMap::new();
    for (category, cases) in results.by_category() {
        let Counts { passed, failed, deviating } = Counts::of(cases.iter().copied());
        let failures = cases.iter().filter_map(|case| match &case.verdict {
            Verdict::Failed(Difference { expected, actual }) => {
                Some(Failure { id: &case.id, expected, actual })
            }
            _ => None,
        });
        let failures = failures.collect();
        report.insert(category.name(), Entry { passed, failed, deviating, failures });
    }
    let mut text = serde_json::to_vec_pretty(&report)?;
    text.push(b'\n');
    Ok(text)
}
