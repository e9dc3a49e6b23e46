//! Where the vectors are, how a case is run, and how a result is judged.
//!
//! The cases of `step` and `convention` are in two halves, `prepare` and `judge`. What happens in
//! between can as well be the hook in its sandbox.

pub(crate) mod convention;
pub(crate) mod locate;
pub(crate) mod logger;
pub(crate) mod step;
pub(crate) mod transform;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use cofferdam_hook_files::Level;

/// Names and values of variables, in order.
pub(crate) type Definitions = Vec<(String, Option<String>)>;

/// What became of a run of the hook.
pub(crate) struct Outcome {
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
    /// What it said, `level: message`.
    pub(crate) log: Vec<String>,
}

/// Runs the hook as a function.
pub(crate) fn run(folder: &Path, definitions: &Definitions) -> Outcome {
    let mut variables = cofferdam_octostache::Variables::new();
    for (name, value) in definitions {
        variables.set(name, value.as_deref());
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    let outcome = cofferdam_hook_xml_transforms::run(folder, &variables, &mut log);
    let word = |level| match level {
        Level::Verbose => "verbose",
        Level::Info => "info",
        Level::Warning => "warn",
        Level::Error => "error",
    };
    Outcome {
        failure: outcome.err().map(|error| error.to_string()),
        log: log.into_iter().map(|(level, text)| format!("{}: {text}", word(level))).collect(),
    }
}

/// The feature, and more variables.
pub(crate) fn definitions<'a>(more: impl IntoIterator<Item = (&'a str, &'a str)>) -> Definitions {
    [("Octopus.Action.EnabledFeatures", "Octopus.Features.ConfigurationTransforms")]
        .into_iter()
        .chain(more)
        .map(|(name, value)| (name.to_owned(), Some(value.to_owned())))
        .collect()
}

/// The folder with the vectors.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("VECTORS").map_or_else(own_folder, PathBuf::from).join("xdt")
}

/// What a file of the vectors holds. Nothing when there is no such file: other people's vectors
/// need not have all kinds.
pub(crate) fn load(folder: &Path, name: &str) -> serde_json::Value {
    match std::fs::read_to_string(folder.join(name)) {
        Ok(text) => serde_json::from_str(&text).unwrap(),
        Err(_) => serde_json::Value::Null,
    }
}

/// The same for a file with a list.
pub(crate) fn load_list(folder: &Path, name: &str) -> Vec<serde_json::Value> {
    load(folder, name).as_array().cloned().unwrap_or_default()
}

fn own_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

/// The cases that are meant to differ, and why.
pub(crate) fn deviations() -> HashMap<String, String> {
    let text = std::fs::read_to_string(own_folder().join("deviations-xdt.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// A listed deviation has to differ, everything else must not.
pub(crate) fn judge(result: Result<(), String>, deviation: Option<String>) -> Result<(), String> {
    match (result, deviation) {
        (Ok(()), Some(reason)) => {
            Err(format!("passes, but is listed as a deviation ({reason}); take it off the list"))
        }
        (Err(_), Some(_)) => Ok(()),
        (result, None) => result,
    }
}

/// Both texts, to look at.
pub(crate) fn differ(what: &str, expected: &str, actual: &str) -> String {
    format!("{what} differs\n--- expected\n{expected}\n--- actual\n{actual}\n---")
}
