//! `transform_convention.json`: the whole step over a folder of small files.

use std::path::Path;

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_transforms::{Report, run};
use cofferdam_octostache::Variables;
use serde_json::Value;

/// One set of variables, and what is to come of it.
pub(crate) struct Case {
    pub(crate) id: String,
    facts: Value,
    files: Vec<String>,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(folder.join("transform_convention.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let files: Vec<String> = serde_json::from_value(all["directory_files"].clone()).unwrap();
    let cases = all["cases"].as_array().unwrap().iter().enumerate();
    cases
        // What differs between systems is tested as on Unix: hooks see files as such everywhere.
        .filter(|(_, facts)| facts["os"] != "windows")
        .map(|(number, facts)| {
            let name = facts["source_test"].as_str().unwrap().rsplit('.').next().unwrap();
            Case {
                id: format!("convention {number} {name}"),
                facts: facts.clone(),
                files: files.clone(),
            }
        })
        .collect()
}

/// `[config, transform]` pairs with `/`.
fn pairs(list: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().replace('\\', "/");
    let Some(list) = list.as_array() else { return Vec::new() };
    list.iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect()
}

impl Case {
    pub(crate) fn run(&self) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        for file in &self.files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "<configuration />").unwrap();
        }
        let mut variables = Variables::new();
        variables.set(
            "Octopus.Action.EnabledFeatures",
            Some("Octopus.Features.ConfigurationTransforms"),
        );
        for pair in self.facts["variables"].as_array().unwrap() {
            let place = folder.path().to_str().unwrap();
            let value = pair[1].as_str().unwrap().replace("<DIR>", place);
            variables.set(pair[0].as_str().unwrap(), Some(&value));
        }
        let mut log: Vec<(Level, String)> = Vec::new();
        let report = run(folder.path(), &variables, &mut log).map_err(|error| error.to_string())?;
        self.check(&report, &log).map_err(|what| format!("{what}\n{report:?}\n{log:#?}"))
    }

    fn check(&self, report: &Report, log: &[(Level, String)]) -> Result<(), String> {
        let expected = pairs(&self.facts["transforms_run"]);
        for pair in &expected {
            if !report.applied.contains(pair) {
                return Err(format!("{pair:?} was not run"));
            }
        }
        if self.facts["ordered"] == true && report.applied != expected {
            return Err("the order is another".to_owned());
        }
        for pair in pairs(&self.facts["transforms_not_run"]) {
            if report.applied.contains(&pair) {
                return Err(format!("{pair:?} was run"));
            }
        }
        if let Some(count) = self.facts["transform_count"].as_u64()
            && report.applied.len() as u64 != count
        {
            return Err(format!("{count} transforms expected"));
        }
        if let Some(text) = self.facts["log_contains"].as_str()
            && !log.iter().any(|(_, message)| message.contains(text))
        {
            return Err(format!("not logged: {text}"));
        }
        Ok(())
    }
}
