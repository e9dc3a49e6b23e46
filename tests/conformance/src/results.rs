//! What became of the cases.

use std::time::Duration;

use cofferdam_conformance_cases::Verdict;
use cofferdam_conformance_cases::steps::Category;

/// What became of one case.
pub(crate) struct CaseResult {
    pub(crate) category: Category,
    pub(crate) id: String,
    pub(crate) verdict: Verdict,
    /// From laying out the folder to the verdict; for cases that share a run, their part of it.
    pub(crate) time: Duration,
}

/// What became of all of them, in the order of the vectors.
pub(crate) struct Results(Vec<CaseResult>);

/// How many cases there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) deviating: usize,
}

impl Results {
    pub(crate) fn new(cases: Vec<CaseResult>) -> Self {
        Self(cases)
    }

    /// Whether a case failed.
    pub(crate) fn has_failures(&self) -> bool {
        self.total().failed > 0
    }

    /// All cases.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &CaseResult> {
        self.0.iter()
    }

    /// The categories that have cases, with these.
    pub(crate) fn by_category(&self) -> impl Iterator<Item = (Category, Vec<&CaseResult>)> {
        Category::ALL.into_iter().filter_map(|category| {
            let cases: Vec<_> = self.0.iter().filter(|case| case.category == category).collect();
            (!cases.is_empty()).then_some((category, cases))
        })
    }

    /// How many there are of each verdict.
    pub(crate) fn total(&self) -> Counts {
        Counts::of(self.cases())
    }
}

impl Counts {
    /// Counts cases.
    pub(crate) fn of<'a>(cases: impl IntoIterator<Item = &'a CaseResult>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            match case.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed(_) => counts.failed += 1,
                Verdict::Deviating { .. } => counts.deviating += 1,
            }
        }
        counts
    }
}
