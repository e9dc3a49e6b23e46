//! `transform_logger.json`: the level that warnings and errors are logged at.

use std::path::Path;

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_transforms::Severity;
use serde_json::Value;

use super::load_list;

/// One combination of flags.
pub(crate) struct Case {
    pub(crate) id: String,
    facts: Value,
}

pub(crate) fn all(folder: &Path) -> Vec<Case> {
    let case = |facts: Value| Case {
        id: format!("logger {} {}", facts["options"].as_str().unwrap(), facts["call"]),
        facts,
    };
    load_list(folder, "transform_logger.json").into_iter().map(case).collect()
}

impl Case {
    pub(crate) fn run(&self) -> Result<(), String> {
        let options = self.facts["options"].as_str().unwrap();
        let ignore =
            options.contains("LogWarningsAsInfo") || options.contains("LogExceptionsAsWarnings");
        let severity = Severity::new(options.contains("LogWarningsAsErrors"), ignore, true);
        let is_warning = self.facts["call"].as_str().unwrap().starts_with("LogWarning");
        let level = if is_warning { severity.warnings } else { severity.errors };
        let name = match level {
            Level::Verbose => "Verbose",
            Level::Info => "Info",
            Level::Warning => "Warn",
            Level::Error => "Error",
        };
        if self.facts["expected_level"] == name {
            return Ok(());
        }
        Err(format!("{} expected, got {name}", self.facts["expected_level"]))
    }
}
