//! The report for people: failures, deviations, a table.

use std::io::{self, Write};

use cofferdam_conformance_cases::Verdict;

use crate::results::{Counts, Results};

/// How much of an expected or actual result is printed; `conformance.json` has all of it.
const MAX_SHOWN_CHARS: usize = 1_500;

/// Prints the results. The last line has the sum.
pub(crate) fn text(results: &Results, out: &mut dyn Write) -> io::Result<()> {
    for case in results.cases() {
        let name = format!("{}/{}", case.category.name(), case.id);
        match &case.verdict {
            Verdict::Passed => {}
            Verdict::Deviating { reason } => writeln!(out, "deviating {name}\n  {reason}\n")?,
            Verdict::Failed(difference) => {
                let (expected, actual) = (&difference.expected, &difference.actual);
                writeln!(out, "FAILED {name}")?;
                writeln!(out, "  expected {}", shown(expected))?;
                writeln!(out, "  actual   {}\n", shown(actual))?;
            }
        }
    }
    writeln!(out, "{:<24} {:>7} {:>7} {:>10}", "category", "passed", "failed", "deviating")?;
    for (category, cases) in results.by_category() {
        let Counts { passed, failed, deviating } = Counts::of(cases);
        writeln!(out, "{:<24} {passed:>7} {failed:>7} {deviating:>10}", category.name())?;
    }
    let Counts { passed, failed, deviating } = results.total();
    writeln!(out, "\n{passed} passed, {failed} failed, {deviating} deviating with a reason")
}

/// A text as it is printed: cut, and with its further lines indented.
fn shown(text: &str) -> String {
    let cut: String = text.chars().take(MAX_SHOWN_CHARS).collect();
    let rest = if cut.len() < text.len() { " [...]" } else { "" };
    format!("{}{rest}", cut.replace('\n', "\n           "))
}
