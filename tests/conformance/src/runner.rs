//! The two ways of running a case.

use cofferdam_conformance_cases::Difference;
use cofferdam_conformance_cases::octostache::{self, Outcome};
use cofferdam_conformance_cases::steps::StepCase;

/// Runs cases.
pub(crate) trait Runner: Sync {
    /// Runs one step and judges it.
    ///
    /// # Errors
    /// How the result differs, or why there is none.
    fn step(&self, case: &dyn StepCase) -> Result<(), Difference>;

    /// Runs cases of the template language: an outcome for each, in their order, or why there is
    /// none.
    fn templates(&self, cases: &[octostache::Case]) -> Vec<Result<Outcome, Difference>>;
}
