//! `transform_convention.json`: the whole step over a folder of small files.

use std::path::Path;

use serde_json::Value;

use super::{Definitions, Outcome, definitions, load};

/// One set of variables, and what is to come of it.
pub(crate) struct Case {
    pub(crate) id: String,
    facts: Value,
    files: Vec<String>,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let all = load(folder, "transform_convention.json");
    let Some(cases) = all["cases"].as_array() else { return Vec::new() };
    let files: Vec<String> = serde_json::from_value(all["directory_files"].clone()).unwrap();
    cases
        .iter()
        .enumerate()
        // What differs between systems is as on Unix: hooks see files like that everywhere.
        .filter(|(_, facts)| facts["os"] != "windows")
        .map(|(number, facts)| {
            let name = facts["source_test"].as_str().unwrap().rsplit('.').next().unwrap();
            let id = format!("convention {number} {name}");
            Case { id, facts: facts.clone(), files: files.clone() }
        })
        .collect()
}

/// A config file and its transform file.
type Pair = (String, String);

/// `[config, transform]` pairs with `/`.
fn pairs(list: &Value) -> Vec<Pair> {
    let text = |value: &Value| value.as_str().unwrap().replace('\\', "/");
    let Some(list) = list.as_array() else { return Vec::new() };
    list.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

/// The pairs that the log says were run, in order.
fn logged(log: &[String]) -> Vec<Pair> {
    log.iter()
        .filter_map(|line| {
            let names = line.strip_prefix("info: Transforming '")?.strip_suffix("'.")?;
            let (config, transform) = names.split_once("' using '")?;
            Some((config.to_owned(), transform.to_owned()))
        })
        .collect()
}

impl Case {
    /// Puts the files into `folder`. The variables to run with.
    pub(crate) fn prepare(&self, folder: &Path) -> Definitions {
        for file in &self.files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "<configuration />").unwrap();
        }
        let mut variables = definitions([]);
        // Where the folder is for those who wrote the definitions.
        let place = "/srv/apps/Acme/1.0.0";
        let known = "Octopus.Action.Package.InstallationDirectoryPath";
        variables.push((known.to_owned(), Some(place.to_owned())));
        for pair in self.facts["variables"].as_array().unwrap() {
            let value = pair[1].as_str().unwrap().replace("<DIR>", place);
            variables.push((pair[0].as_str().unwrap().to_owned(), Some(value)));
        }
        variables
    }

    /// Compares what the hook said it did.
    pub(crate) fn judge(&self, _folder: &Path, outcome: &Outcome) -> Result<(), String> {
        if let Some(failure) = &outcome.failure {
            return Err(failure.clone());
        }
        self.check(&outcome.log).map_err(|what| format!("{what}\n{}", outcome.log.join("\n")))
    }

    fn check(&self, log: &[String]) -> Result<(), String> {
        let run = logged(log);
        let expected = pairs(&self.facts["transforms_run"]);
        if let Some(pair) = expected.iter().find(|pair| !run.contains(pair)) {
            return Err(format!("{pair:?} was not run"));
        }
        if self.facts["ordered"] == true && run != expected {
            return Err("the order is another".to_owned());
        }
        let unwanted = pairs(&self.facts["transforms_not_run"]);
        if let Some(pair) = unwanted.iter().find(|pair| run.contains(pair)) {
            return Err(format!("{pair:?} was run"));
        }
        match self.facts["transform_count"].as_u64() {
            Some(count) if count != run.len() as u64 => {
                return Err(format!("{count} transforms expected"));
            }
            _ => {}
        }
        match self.facts["log_contains"].as_str() {
            Some(text) if !log.iter().any(|line| line.contains(text)) => {
                Err(format!("not logged: {text}"))
            }
            _ => Ok(()),
        }
    }
}
