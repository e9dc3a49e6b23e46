//! Every case of `octostache.json`, each a test of its own.
//!
//! The cases come from `tests/vectors`, or from the directory that the environment variable
//! `VECTORS` names. `tests/vectors/deviations-octostache.toml` lists those in which we differ on
//! purpose, with the reason; a listed case that passes is a failure, too.

use std::sync::Arc;

use cofferdam_conformance_cases::octostache::{all, compare, run};
use cofferdam_conformance_cases::{Deviations, Verdict, repository_vectors, vectors};
use libtest_mimic::{Arguments, Trial};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deviations = Arc::new(Deviations::load(&repository_vectors())?);
    let trials = all(&vectors())?.into_iter().map(|case| {
        let deviations = deviations.clone();
        Trial::test(case.id.clone(), move || {
            match deviations.judge(&case.id, compare(&case, &run(&case))) {
                Verdict::Passed | Verdict::Deviating { .. } => Ok(()),
                Verdict::Failed(difference) => Err(format!(
                    "variables {:?}\ntemplate {:?}\n{difference}",
                    case.variables, case.template
                )
                .into()),
            }
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit()
}
