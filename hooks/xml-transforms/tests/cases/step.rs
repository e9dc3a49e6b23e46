//! The cases that tell what the deployment step makes of a transformation, flags included.

use std::path::{Path, PathBuf};

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_transforms::run;
use cofferdam_octostache::Variables;
use serde_json::Value;

/// One folder, as a deployment.
pub(crate) struct Case {
    pub(crate) id: String,
    folder: PathBuf,
    facts: Value,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let index = std::fs::read_to_string(folder.join("index.json")).unwrap();
    let index: Vec<Value> = serde_json::from_str(&index).unwrap();
    let case = |facts: Value| Case {
        id: format!("step {}", facts["id"].as_str().unwrap()),
        folder: folder.join(facts["dir"].as_str().unwrap()),
        facts,
    };
    index.into_iter().filter(|facts| facts["calamari_result"].is_object()).map(case).collect()
}

impl Case {
    pub(crate) fn run(&self) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("web.config");
        let source = std::fs::read(self.folder.join("source.xml")).unwrap();
        std::fs::write(&config, &source).unwrap();
        let transform = folder.path().join("web.Release.config");
        std::fs::copy(self.folder.join("transform.xml"), transform).unwrap();

        let mut variables = Variables::new();
        variables.set(
            "Octopus.Action.EnabledFeatures",
            Some("Octopus.Features.ConfigurationTransforms"),
        );
        variables.set(
            "Octopus.Action.Package.AdditionalXmlConfigurationTransforms",
            Some("web.Release.config => web.config"),
        );
        if let Some(own) = self.facts["calamari_variables"].as_object() {
            for (name, value) in own {
                variables.set(name, value.as_str());
            }
        }
        let mut log: Vec<(Level, String)> = Vec::new();
        let outcome = run(folder.path(), &variables, &mut log);

        let expected = &self.facts["calamari_result"];
        let is_success = expected["result"] == "success";
        if outcome.is_ok() != is_success {
            return Err(format!("success: {is_success} expected, got {outcome:?}\n{log:#?}"));
        }
        let now = std::fs::read(&config).unwrap();
        if expected["saved"] == true {
            let saved = std::fs::read(self.folder.join("expected.xml")).unwrap();
            if now != saved {
                return Err("not what was to be saved".to_owned());
            }
        } else if now != source {
            return Err("changed, though it was not to be saved".to_owned());
        }
        if let Some(message) = expected["error_log"].as_str() {
            let message = message.replace("{0}", "web.config").replace("{1}", "web.Release.config");
            if !log.contains(&(Level::Error, message.clone())) {
                return Err(format!("not logged as an error: {message}\n{log:#?}"));
            }
        }
        Ok(())
    }
}
