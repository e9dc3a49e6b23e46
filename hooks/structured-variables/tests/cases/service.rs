//! Whole steps: several files, targets, formats found out, what is said.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Outcome, Variables, document_json, document_xml, document_yaml, text};

/// One entry of `service_cases.json` that runs the structured configuration step.
#[derive(Clone, Debug)]
pub struct ServiceCase {
    pub title: String,
    vectors: PathBuf,
    entry: Value,
}

/// The cases for the step, with those about single classes of the original left out.
pub fn load(vectors: &Path) -> Vec<ServiceCase> {
    let folder = vectors.join("structured");
    let Ok(cases) = fs::read_to_string(folder.join("service_cases.json")) else {
        return Vec::new();
    };
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("a list of cases");
    let kinds = ["DeployPackageWith", "CalamariFlavourProgram", "StructuredConfig"];
    let ours = cases.into_iter().filter(|entry| {
        let test = entry["source_test"].as_str().unwrap_or_default();
        kinds.iter().any(|kind| test.starts_with(kind))
    });
    ours.enumerate()
        .map(|(number, entry)| {
            let test = entry["source_test"].as_str().unwrap_or_default();
            let name = test.split('.').next_back().unwrap_or_default();
            ServiceCase {
                title: format!("{number:02} {name}"),
                vectors: folder.join("service"),
                entry,
            }
        })
        .collect()
}

/// Where the additional path of a case is: inside the package folder, since hooks work nowhere else.
const ADDITIONAL: &str = "additional";

impl ServiceCase {
    /// Lays out the folder, and says with which variables the hook is to be run there.
    pub fn prepare(&self, folder: &Path) -> Variables {
        if let Some(package) = self.entry["package"].as_str() {
            for file in fs::read_dir(self.vectors.join(package)).expect("the package") {
                let file = file.expect("a file of the package");
                fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
            }
        }
        for (key, root) in self.roots(folder) {
            if self.entry[key].as_bool() == Some(true) {
                fs::create_dir_all(&root).expect("a folder");
                fs::write(root.join("config.json"), "{\"key\": \"old\"}").expect("a file");
            }
        }
        let pairs: Variables =
            serde_json::from_value(self.entry["variables"].clone()).unwrap_or_default();
        let mut variables: Variables = pairs
            .into_iter()
            .map(|(name, value)| {
                (name, value.map(|value| value.replace("<additionalPath>", ADDITIONAL)))
            })
            .collect();
        if self.entry["package"].is_null() {
            variables.push(("key".into(), Some("new".into())));
        }
        variables
    }

    fn roots(&self, folder: &Path) -> [(&'static str, PathBuf); 2] {
        [
            ("file_exists_in_current_path", folder.to_owned()),
            ("file_exists_in_additional_path", folder.join(ADDITIONAL)),
        ]
    }

    /// Whether a hook did with the case what it should.
    pub fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), String> {
        match (self.entry["result"].as_str(), &outcome.failure) {
            (Some("failure"), None) => return Err("the step should have failed".into()),
            (Some("success"), Some(failure)) => return Err(format!("the step failed: {failure}")),
            _ => {}
        }
        let said = outcome.log.join("\n");
        let failure = outcome.failure.clone().unwrap_or_default();
        self.says("output_contains", &said, folder)?;
        self.says("error_output_contains", &failure, folder)?;
        for pattern in strings(&self.entry["output_matches"]) {
            let parts: Vec<String> =
                pattern.split(".+?").map(|part| part.replace("\\.", ".")).collect();
            if !parts.iter().all(|part| said.contains(part)) {
                return Err(format!("nothing said matches {pattern}\n{said}"));
            }
        }
        if let Some(warning) = self.entry["expected"]["warning"].as_str()
            && !said.contains(&format!("warn: {warning}"))
        {
            return Err(format!("no warning: {warning}\n{said}"));
        }
        if let Some(replaced) = self.entry["expected"]["replaced"].as_array() {
            for (key, root) in self.roots(folder) {
                let path =
                    if key.contains("additional") { "<additionalPath>" } else { "<currentPath>" };
                let wanted =
                    replaced.iter().any(|file| file.as_str().unwrap_or_default().starts_with(path));
                let content = fs::read_to_string(root.join("config.json")).unwrap_or_default();
                if content.contains("new") != wanted {
                    return Err(format!("{path}/config.json is now {content:?}"));
                }
            }
        }
        if let Some(runs) = self.entry["expected"]["runs"].as_bool() {
            let ran = !outcome.log.is_empty() || outcome.failure.is_some();
            if ran && !runs {
                return Err(format!("the step should not have run, but said: {said}"));
            }
        }
        self.entry["files"]
            .as_array()
            .into_iter()
            .flatten()
            .try_for_each(|file| self.file(folder, file))
    }

    fn says(&self, key: &str, said: &str, folder: &Path) -> Result<(), String> {
        for text in strings(&self.entry[key]) {
            let text = text.replace("<PATH>", &folder.display().to_string());
            if !said.contains(&text) {
                return Err(format!("{key}: nothing contains {text:?}\n{said}"));
            }
        }
        Ok(())
    }

    fn file(&self, folder: &Path, file: &Value) -> Result<(), String> {
        let name = file["file"].as_str().unwrap_or_default();
        let output = fs::read(folder.join(name)).map_err(|error| error.to_string())?;
        if let Some(part) = file["contains"].as_str() {
            let content = text::decode(&output);
            return if content.contains(part) {
                Ok(())
            } else {
                Err(format!("{name} is now {content:?}"))
            };
        }
        let approved = file["approved"].as_str().unwrap_or_default();
        let expected = fs::read(self.vectors.join(approved)).map_err(|error| error.to_string())?;
        let (ours, theirs) = (text::decode(&output), text::decode(&expected));
        match approved.rsplit('.').next() {
            Some("json") => document_json::same(&ours, &theirs),
            Some("yaml") => document_yaml::same(&ours, &theirs),
            Some("xml") => document_xml::same(&output, &expected),
            _ if ours.replace("\r\n", "\n") == theirs.replace("\r\n", "\n") => Ok(()),
            _ => Err(format!("expected: {theirs:?}\nactual: {ours:?}")),
        }
        .map_err(|difference| format!("{name}: {difference}"))
    }
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
