//! The numbered folders again, as a deployment: the files in a folder, the transform asked for by
//! name, the flags of the case.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Definitions, Outcome, definitions, differ, load_list};

const CONFIG: &str = "web.config";
const TRANSFORM: &str = "web.Release.config";
const PREFIX: &str = "Octopus.Action.Package.";

/// One folder, as a deployment.
pub(crate) struct Case {
    pub(crate) id: String,
    folder: PathBuf,
    facts: Value,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let case = |facts: Value| Case {
        id: format!("step {}", facts["id"].as_str().unwrap()),
        folder: folder.join(facts["dir"].as_str().unwrap()),
        facts,
    };
    // One case is about applying a transform twice, which a deployment does not do.
    let twice = |facts: &Value| folder.join(facts["dir"].as_str().unwrap()).join("after_first.xml");
    load_list(folder, "index.json")
        .into_iter()
        .filter(|facts| !twice(facts).exists())
        .map(case)
        .collect()
}

/// What is to come of a case.
struct Expected<'a> {
    is_success: bool,
    is_saved: bool,
    error_log: Option<&'a str>,
}

impl Case {
    /// Puts the files into `folder`. The variables to run with.
    pub(crate) fn prepare(&self, folder: &Path) -> Definitions {
        for (from, to) in [("source.xml", CONFIG), ("transform.xml", TRANSFORM)] {
            std::fs::write(folder.join(to), self.read(from)).unwrap();
        }
        let transform = format!("{TRANSFORM} => {CONFIG}");
        let additional = format!("{PREFIX}AdditionalXmlConfigurationTransforms");
        let mut variables = definitions([(additional.as_str(), transform.as_str())]);
        if let Some(own) = self.facts["calamari_variables"].as_object() {
            for (name, value) in own {
                variables.push((name.clone(), value.as_str().map(str::to_owned)));
            }
        } else if !self.facts["calamari_result"].is_object() {
            // What the library saves in spite of a warning, the step saves with this flag.
            let flag = format!("{PREFIX}TreatConfigTransformationWarningsAsErrors");
            variables.push((flag, Some("False".to_owned())));
        }
        variables
    }

    /// Compares what the hook made of the folder.
    pub(crate) fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), String> {
        let expected = self.expected();
        let log = || outcome.log.join("\n");
        match &outcome.failure {
            None if !expected.is_success => {
                return Err(format!("a failure was expected\n{}", log()));
            }
            Some(failure) if expected.is_success => return Err(format!("{failure}\n{}", log())),
            _ => {}
        }
        let now = std::fs::read(folder.join(CONFIG)).unwrap();
        let then = self.read(if expected.is_saved { "expected.xml" } else { "source.xml" });
        if now != then {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            return Err(differ("the file", &text(&then), &text(&now)));
        }
        if let Some(message) = expected.error_log {
            let message = message.replace("{0}", CONFIG).replace("{1}", TRANSFORM);
            if !outcome.log.contains(&format!("error: {message}")) {
                return Err(format!("not logged as an error: {message}\n{}", log()));
            }
        }
        Ok(())
    }

    fn expected(&self) -> Expected<'_> {
        let facts = &self.facts;
        let result = &facts["calamari_result"];
        if result.is_object() {
            let is_saved = result["saved"] == true;
            let error_log = result["error_log"].as_str();
            return Expected { is_success: result["result"] == "success", is_saved, error_log };
        }
        let is_saved = facts["applied"] == true && facts["saved"] == true;
        Expected { is_success: is_saved, is_saved, error_log: None }
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap()
    }
}
