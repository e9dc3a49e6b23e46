//! Every case of the vectors, run through the step in a real folder.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

#[path = "../../structured-variables/tests/cases/mod.rs"]
mod cases;

use std::path::Path;
use std::sync::Arc;

use cases::{Deviations, Outcome, Variables, judge_with, load, repository_vectors, vectors};
use cofferdam_hook_files::Level;
use cofferdam_hook_substitute_in_files::{run, run_without_secrets};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let deviations = repository_vectors().join("deviations-structured.toml");
    let deviations = Arc::new(Deviations::load(&deviations));
    let mut trials = Vec::new();
    for case in load(&vectors(), &["substitute", "substitute-nonsensitive"]) {
        let deviations = deviations.clone();
        let name = format!("{}/{} {} {}", case.format, case.id, case.origin, case.title);
        trials.push(Trial::test(name, move || {
            let folder = tempfile::tempdir()?;
            let without_secrets = case.format == "substitute-nonsensitive";
            let outcome = outcome(folder.path(), &case.prepare(folder.path()), without_secrets);
            let verdict = case.judge(folder.path(), &outcome);
            judge_with(deviations.reason(&case.id), verdict).map_err(Failed::from)
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn outcome(folder: &Path, definitions: &Variables, without_secrets: bool) -> Outcome {
    let mut variables = cofferdam_octostache::Variables::new();
    for (name, value) in definitions {
        variables.set(name, value.as_deref());
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let step = if without_secrets { run_without_secrets } else { run };
    let failure = step(folder, &variables, &mut log).err().map(|error| error.to_string());
    Outcome { failure, log: cases::lines(log) }
}
