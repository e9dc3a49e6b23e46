//! Every case of the vectors, run through the whole step in a real folder.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

mod cases;

use cases::{
    Deviations, Outcome, Variables, judge_with, load, load_service, repository_vectors, vectors,
};
use cofferdam_hook_files::Level;
use cofferdam_hook_structured_variables::run;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let deviations = std::sync::Arc::new(Deviations::load(
        &repository_vectors().join("deviations-structured.toml"),
    ));
    let mut trials = Vec::new();
    for case in load(&vectors(), &["json", "yaml", "xml", "properties"]) {
        let deviations = deviations.clone();
        let name = format!("{}/{} {} {}", case.format, case.id, case.origin, case.title);
        trials.push(Trial::test(name, move || {
            let folder = tempfile::tempdir()?;
            let outcome = outcome(folder.path(), &case.prepare(folder.path()));
            let verdict = case.judge(folder.path(), &outcome);
            judge_with(deviations.reason(&case.id), verdict).map_err(Failed::from)
        }));
    }
    for case in load_service(&vectors()) {
        trials.push(Trial::test(format!("service/{}", case.title), move || {
            let folder = tempfile::tempdir()?;
            let outcome = outcome(folder.path(), &case.prepare(folder.path()));
            case.judge(folder.path(), &outcome).map_err(Failed::from)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn outcome(folder: &std::path::Path, definitions: &Variables) -> Outcome {
    let mut variables = cofferdam_octostache::Variables::new();
    for (name, value) in definitions {
        variables.set(name, value.as_deref());
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let failure = run(folder, &variables, &mut log).err().map(|error| error.to_string());
    Outcome { failure, log: cases::lines(log) }
}
