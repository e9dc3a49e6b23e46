//! The vectors of format `configvars`, one reported case each.
//!
//! The vectors are in `tests/vectors` of the repository, or in the folder that the environment
//! variable `VECTORS` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod case;
mod compare;

use std::path::{Path, PathBuf};

use case::{Case, Definitions, Outcome};
use cofferdam_hook_files::Level;
use cofferdam_octostache::Variables;
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let vectors = std::env::var_os("VECTORS").map_or_else(own, PathBuf::from);
    let trial = |case: Case| {
        Trial::test(case.id.clone(), move || {
            let folder = tempfile::tempdir()?;
            let outcome = run(folder.path(), &case.prepare(folder.path()));
            case.judge(folder.path(), &outcome).map_err(Into::into)
        })
    };
    let trials = case::all(&vectors).into_iter().map(trial).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// Runs the hook as a function.
fn run(folder: &Path, definitions: &Definitions) -> Outcome {
    let mut variables = Variables::new();
    for (name, value) in definitions {
        variables.set(name, value.as_deref());
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let outcome = cofferdam_hook_xml_variables::run(folder, &variables, &mut log);
    let word = |level| match level {
        Level::Verbose => "verbose",
        Level::Info => "info",
        Level::Warning => "warn",
        Level::Error => "error",
    };
    Outcome {
        failure: outcome.err().map(|error| error.to_string()),
        log: log.into_iter().map(|(level, text)| format!("{}: {text}", word(level))).collect(),
    }
}
