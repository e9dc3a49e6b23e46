//! `conformance.json`: an object with an entry per category.

use std::collections::BTreeMap;
use std::io;

use cofferdam_conformance_cases::Verdict;
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
        let failure = |id, verdict| match verdict {
            &Verdict::Failed(ref difference) => {
                Some(Failure { id, expected: &difference.expected, actual: &difference.actual })
            }
            _ => None,
        };
        let failures = cases.iter().filter_map(|case| failure(&*case.id, &case.verdict)).collect();
        report.insert(category.name(), Entry { passed, failed, deviating, failures });
    }
    let mut text = serde_json::to_vec_pretty(&report)?;
    text.push(b'\n');
    Ok(text)
}
