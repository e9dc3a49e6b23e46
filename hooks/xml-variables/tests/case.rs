//! One vector, in two halves: `prepare` and `judge`. What happens in between can as well be the
//! hook in its sandbox.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::compare;

const FILE: &str = "web.config";

/// Names and values of variables, in order.
pub(crate) type Definitions = Vec<(String, Option<String>)>;

/// What became of a run of the hook.
pub(crate) struct Outcome {
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
    /// What it said, `level: message`.
    pub(crate) log: Vec<String>,
}

/// One numbered folder.
pub(crate) struct Case {
    pub(crate) id: String,
    folder: PathBuf,
    facts: Value,
}

pub(crate) fn all(vectors: &Path) -> Vec<Case> {
    let folder = vectors.join("structured");
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&index).unwrap();
    let case = |facts: Value| Case {
        id: facts["id"].as_str().or(facts["source_test"].as_str()).unwrap().to_owned(),
        folder: folder.join(facts["dir"].as_str().unwrap()),
        facts,
    };
    index.into_iter().filter(|facts| facts["format"] == "configvars").map(case).collect()
}

impl Case {
    /// Puts the file into `folder`. The variables to run with.
    pub(crate) fn prepare(&self, folder: &Path) -> Definitions {
        std::fs::write(folder.join(FILE), self.input()).unwrap();
        let list = std::fs::read_to_string(self.folder.join("variables.json")).unwrap();
        let mut variables: Definitions = serde_json::from_str(&list).unwrap();
        let mut set = |name: &str, value: &str| {
            variables.push((name.to_owned(), Some(value.to_owned())));
        };
        set("Octopus.Action.EnabledFeatures", "Octopus.Features.ConfigurationVariables");
        set("Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings", "True");
        // One case is about this flag, but its list of variables does not have it.
        if self.expected_log().any(|line| line.contains("Ignoring variable replacement error")) {
            set("Octopus.Action.Package.IgnoreVariableReplacementErrors", "True");
        }
        variables
    }

    /// Compares what the hook made of the file.
    pub(crate) fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), String> {
        let now = std::fs::read(folder.join(FILE)).unwrap();
        let is_kept = now == self.input();
        match (&outcome.failure, self.facts["throws"].is_string()) {
            (Some(_), true) if is_kept => return Ok(()),
            (Some(_), true) => return Err("changed in spite of the error".to_owned()),
            (None, true) => return Err("an error was expected".to_owned()),
            (Some(failure), false) => return Err(failure.clone()),
            (None, false) => {}
        }
        if self.facts["unchanged"] == true {
            let changed = || "changed, though nothing was to be".to_owned();
            return is_kept.then_some(()).ok_or_else(changed);
        }
        let expected = self.folder.join(self.facts["expected"].as_str().unwrap());
        compare::same_document(&std::fs::read(expected).unwrap(), &now)?;
        compare::only_values_differ(&self.input(), &now)?;
        // What the original says about the settings, ours says too.
        for line in self.expected_log().filter(|line| line.starts_with("verbose: Setting ")) {
            if !outcome.log.iter().any(|logged| logged == line) {
                return Err(format!("not logged: {line}\n{}", outcome.log.join("\n")));
            }
        }
        Ok(())
    }

    fn input(&self) -> Vec<u8> {
        std::fs::read(self.folder.join(self.facts["input"].as_str().unwrap())).unwrap()
    }

    fn expected_log(&self) -> impl Iterator<Item = &str> {
        self.facts["log"].as_array().into_iter().flatten().filter_map(Value::as_str)
    }
}
