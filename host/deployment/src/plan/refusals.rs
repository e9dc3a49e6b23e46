//! `Refusals`: everything in a plan that policy refuses.

use std::fmt;

use cofferdam_policy::{Judgement, Refusal, Verdict, WantOutcome};

/// Everything in a plan that policy refuses, so that all of it can be put right at once. At least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// None if there is nothing; each question once.
    pub(super) fn new(refusals: Vec<Refusal>) -> Option<Self> {
        let mut each: Vec<Refusal> = Vec::new();
        for refusal in refusals {
            if !each.contains(&refusal) {
                each.push(refusal);
            }
        }
        (!each.is_empty()).then_some(Self(each))
    }

    /// What is refused, in the order of the plan.
    pub fn iter(&self) -> std::slice::Iter<'_, Refusal> {
        self.0.iter()
    }

    /// The narrowest statements that would permit all of it; none if one of them cannot be permitted
    /// by adding a statement.
    #[must_use]
    pub fn smallest_permits(&self) -> Option<String> {
        let permits: Option<Vec<&str>> =
            self.iter().map(|refusal| refusal.smallest_permit.as_deref()).collect();
        Some(permits?.join("\n"))
    }
}

impl std::error::Error for Refusals {}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, refusal) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{refusal}")?;
        }
        Ok(())
    }
}

/// Why a hook may not run: because it may not at all, or for want of what it requires.
pub(super) fn refusals_of(judgement: &Judgement) -> Vec<Refusal> {
    let Verdict::Refused(refusal) = &judgement.verdict else { return Vec::new() };
    let required = judgement.wants.iter().filter(|outcome| outcome.want.required);
    let missing: Vec<Refusal> = required.filter_map(missing).collect();
    // The verdict is the first thing that is missing, unless the hook may not run whatever it wants.
    let is_about_wants = missing.iter().any(|missing| missing.asked == refusal.asked);
    if is_about_wants { missing } else { vec![refusal.clone()] }
}

/// The refusal of what a hook requires, with what the hook says that it is for.
fn missing(outcome: &WantOutcome) -> Option<Refusal> {
    let mut refusal = outcome.refusal.clone()?;
    let why = outcome.want.why.as_deref().map(|why| format!(": \"{why}\"")).unwrap_or_default();
    refusal.why = format!("{}; its manifest says that it cannot do without{why}", refusal.why);
    Some(refusal)
}
