//! A step in a fresh folder: lay out, run, judge.

use std::path::Path;

use cofferdam_conformance_cases::Difference;
use cofferdam_conformance_cases::steps::{Definitions, Outcome, StepCase};

/// Lays out a folder for a case, has the hook run there, and judges.
pub(crate) fn in_folder(
    case: &dyn StepCase,
    run: impl FnOnce(&Path, &Definitions) -> Result<Outcome, Difference>,
) -> Result<(), Difference> {
    let trouble = |error: std::io::Error| Difference::new("a folder", error.to_string());
    let folder = tempfile::tempdir().map_err(trouble)?;
    let definitions = case.prepare(folder.path()).map_err(trouble)?;
    let outcome = run(folder.path(), &definitions)?;
    case.judge(folder.path(), &outcome)
}
