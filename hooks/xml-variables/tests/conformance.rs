//! The vectors of format `configvars`, one reported case each.
//!
//! The vectors are in `tests/vectors` of the repository, or in the folder that the environment
//! variable `VECTORS` names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod compare;

use std::path::{Path, PathBuf};

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_variables::run;
use cofferdam_octostache::Variables;
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

fn main() {
    let arguments = Arguments::from_args();
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let folder = std::env::var_os("VECTORS").map_or_else(own, PathBuf::from).join("structured");
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&index).unwrap();
    let trials = index
        .into_iter()
        .filter(|facts| facts["format"] == "configvars")
        .map(|facts| {
            let name = facts["id"].as_str().or(facts["source_test"].as_str()).unwrap().to_owned();
            let folder = folder.join(facts["dir"].as_str().unwrap());
            Trial::test(name, move || case(&folder, &facts).map_err(Into::into))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn case(vector: &Path, facts: &Value) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.config");
    let input = std::fs::read(vector.join(facts["input"].as_str().unwrap())).unwrap();
    std::fs::write(&file, &input).unwrap();

    let mut variables = Variables::new();
    let list = std::fs::read_to_string(vector.join("variables.json")).unwrap();
    let list: Vec<(String, Option<String>)> = serde_json::from_str(&list).unwrap();
    for (name, value) in &list {
        variables.set(name, value.as_deref());
    }
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.ConfigurationVariables"));
    variables.set(
        "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings",
        Some("True"),
    );
    // The case is about this flag, but its list of variables does not have it.
    let lines = facts["log"].as_array().unwrap();
    if lines.iter().any(|line| line.as_str().unwrap().contains("Ignoring variable replacement")) {
        variables.set("Octopus.Action.Package.IgnoreVariableReplacementErrors", Some("True"));
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let outcome = run(folder.path(), &variables, &mut log);
    let now = std::fs::read(&file).unwrap();

    if facts["throws"].is_string() {
        return match (outcome, now == input) {
            (Err(_), true) => Ok(()),
            (Err(_), false) => Err("changed in spite of the error".to_owned()),
            (Ok(_), _) => Err("an error was expected".to_owned()),
        };
    }
    outcome.map_err(|error| error.to_string())?;
    if facts["unchanged"] == true {
        let kept = now == input;
        return kept.then_some(()).ok_or_else(|| "changed, though nothing was to be".to_owned());
    }
    let expected = vector.join(facts["expected"].as_str().unwrap());
    compare::same_document(&std::fs::read(expected).unwrap(), &now)?;
    compare::only_values_differ(&input, &now)?;
    check_log(facts, &log)
}

/// What the original says about the settings, ours says too.
fn check_log(facts: &Value, log: &[(Level, String)]) -> Result<(), String> {
    for line in facts["log"].as_array().unwrap() {
        let line = line.as_str().unwrap();
        let Some(text) = line.strip_prefix("verbose: Setting ") else { continue };
        let text = format!("Setting {text}");
        if !log.contains(&(Level::Verbose, text.clone())) {
            return Err(format!("not logged: {text}\n{log:#?}"));
        }
    }
    Ok(())
}
