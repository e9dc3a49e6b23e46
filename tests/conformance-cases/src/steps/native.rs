//! Running cases without a sandbox: the hook's function is called in this process.

use std::path::Path;
use std::sync::Arc;

use cofferdam_hook_files::{Level, Log};
use cofferdam_octostache::Variables;
use libtest_mimic::{Arguments, Failed, Trial};

use super::{Definitions, Hook, Outcome, StepCase, all};
use crate::{Deviations, Verdict, repository_vectors, vectors};

/// A hook as a function: the folder, the variables, the log; the error is why it failed.
pub type Step = fn(&Path, &Variables, &mut dyn Log) -> Result<(), String>;

/// Runs a hook natively, and says what it did.
#[must_use]
pub fn run_natively(folder: &Path, definitions: &Definitions, step: Step) -> Outcome {
    let mut variables = Variables::new();
    for (name, value) in definitions {
        variables.set(name, value.as_deref());
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let failure = step(folder, &variables, &mut log).err();
    let log = log.iter().map(|(level, message)| Outcome::line(*level, message)).collect();
    Outcome { failure, log, root: folder.display().to_string() }
}

/// The `main` of a test program: all cases of some hooks, each a test.
///
/// The cases are those of the repository, or of the folder that the environment variable `VECTORS`
/// names.
///
/// # Errors
/// When the cases cannot be read.
pub fn test(hooks: &[(Hook, Step)]) -> Result<(), Box<dyn std::error::Error>> {
    let deviations = Arc::new(Deviations::load(&repository_vectors())?);
    let mut trials = Vec::new();
    for case in all(&vectors())? {
        let Some((_, step)) = hooks.iter().find(|(hook, _)| *hook == case.hook()) else { continue };
        let (step, deviations) = (*step, deviations.clone());
        let name = format!("{}/{}", case.category().name(), case.id());
        trials.push(Trial::test(name, move || one(&*case, step, &deviations)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

fn one(case: &dyn StepCase, step: Step, deviations: &Deviations) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let definitions = case.prepare(folder.path())?;
    let outcome = run_natively(folder.path(), &definitions, step);
    match deviations.judge(case.id(), case.judge(folder.path(), &outcome)) {
        Verdict::Passed | Verdict::Deviating { .. } => Ok(()),
        Verdict::Failed(difference) => Err(difference.into()),
    }
}
