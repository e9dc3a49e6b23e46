//! Every vector of `xdt/`, one reported case each.
//!
//! The vectors are in `tests/vectors` of the repository, or in the folder that the environment
//! variable `VECTORS` names. A case listed in `deviations-xdt.toml` must differ, and says why.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cases;

use std::path::Path;

use cases::{Definitions, Outcome};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let folder = cases::folder();
    let deviations = cases::deviations();
    let mut trials = Vec::new();
    let mut add = |id: String, run: Box<dyn Fn() -> Result<(), String> + Send>| {
        let deviation = deviations.get(&id).cloned();
        trials.push(Trial::test(id, move || cases::judge(run(), deviation).map_err(Into::into)));
    };
    for case in cases::transform::all(&folder) {
        add(case.id.clone(), Box::new(move || case.run()));
    }
    for case in cases::step::all(&folder) {
        add(
            case.id.clone(),
            Box::new(move || {
                in_folder(
                    |folder| case.prepare(folder),
                    |folder, outcome| case.judge(folder, outcome),
                )
            }),
        );
    }
    for case in cases::locate::all(&folder) {
        add(case.id.clone(), Box::new(move || case.run()));
    }
    for case in cases::convention::all(&folder) {
        add(
            case.id.clone(),
            Box::new(move || {
                in_folder(
                    |folder| case.prepare(folder),
                    |folder, outcome| case.judge(folder, outcome),
                )
            }),
        );
    }
    for case in cases::logger::all(&folder) {
        add(case.id.clone(), Box::new(move || case.run()));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Runs the hook over a folder that a case prepares, and lets the case judge.
fn in_folder(
    prepare: impl Fn(&Path) -> Definitions,
    judge: impl Fn(&Path, &Outcome) -> Result<(), String>,
) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let definitions = prepare(folder.path());
    judge(folder.path(), &cases::run(folder.path(), &definitions))
}
