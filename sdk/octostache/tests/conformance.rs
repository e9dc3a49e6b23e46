//! Every case of `octostache.json`, each a test of its own.
//!
//! The cases come from `tests/vectors`, or from the directory that the environment variable
//! `VECTORS` names. `tests/vectors/deviations-octostache.toml` lists those in which we differ on
//! purpose, with the reason; a listed case that passes is a failure, too.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cofferdam_conformance_cases::octostache::{Case, compare, run};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

/// The cases in which we differ on purpose.
#[derive(Deserialize)]
struct Deviations {
    /// Id of the case to reason.
    #[serde(default)]
    octostache: BTreeMap<String, String>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let repository_vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let directory =
        std::env::var_os("VECTORS").map_or_else(|| repository_vectors.clone(), PathBuf::from);
    let cases = std::fs::read(directory.join("octostache.json"))?;
    let cases: Vec<Case> = serde_json::from_slice(&cases)?;
    let deviations =
        std::fs::read_to_string(repository_vectors.join("deviations-octostache.toml"))?;
    let deviations: Deviations = toml::from_str(&deviations)?;
    let trials = cases.into_iter().map(|case| {
        let listed = deviations.octostache.contains_key(&case.id);
        Trial::test(case.id.clone(), move || judge(&case, listed))
    });
    Ok(libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code())
}

fn judge(case: &Case, listed: bool) -> Result<(), Failed> {
    match compare(case, &run(case)) {
        Err(_) if listed => Ok(()),
        Ok(()) if listed => {
            Err("listed as a deviation, but it passes: take it off the list".into())
        }
        Ok(()) => Ok(()),
        Err(difference) => Err(format!(
            "variables {:?}\ntemplate  {:?}\nexpected  {}\nactual    {}",
            case.variables, case.template, difference.expected, difference.actual
        )
        .into()),
    }
}
