//! One file, some variables, and the file that the original makes of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Variables, document_json, document_xml, document_yaml, text};

/// One directory of the vectors.
#[derive(Clone, Debug)]
pub struct Case {
    /// The directory's name.
    pub id: String,
    /// `json`, `yaml`, `xml`, `properties`, `substitute`, `substitute-nonsensitive`.
    pub format: String,
    /// What the case is about.
    pub title: String,
    /// `test-suite` or `probe`.
    pub origin: String,
    pub variables: Variables,
    file_name: String,
    input: Vec<u8>,
    /// What the original writes; none if it fails.
    expected: Option<Vec<u8>>,
    /// What the original says, `level: message`.
    log: Vec<String>,
    /// Why the original fails, in its own words.
    message: String,
}

/// What a hook did with a case.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// What it said, `level: message`.
    pub log: Vec<String>,
}

/// All cases of the formats.
pub fn load(vectors: &Path, formats: &[&str]) -> Vec<Case> {
    let folder = vectors.join("structured");
    let index = fs::read_to_string(folder.join("index.json")).expect("the index of the vectors");
    let index: Vec<Value> = serde_json::from_str(&index).expect("a list of cases");
    let entries = index.iter().filter(|entry| formats.contains(&text_of(entry, "format")));
    entries.map(|entry| one(&folder, entry)).collect()
}

fn one(folder: &Path, entry: &Value) -> Case {
    let id = text_of(entry, "dir").to_owned();
    let folder = folder.join(&id);
    let read = |name: &str| fs::read(folder.join(name)).expect("a file that the index names");
    let title = match text_of(entry, "source_test") {
        "" => text_of(entry, "id"),
        test => test,
    };
    let variables = read("variables.json");
    Case {
        format: text_of(entry, "format").to_owned(),
        title: title.to_owned(),
        origin: text_of(entry, "origin").to_owned(),
        variables: serde_json::from_slice(&variables).expect("pairs of name and value"),
        file_name: text_of(entry, "input").to_owned(),
        input: read(text_of(entry, "input")),
        expected: entry.get("expected").and_then(Value::as_str).map(read),
        log: serde_json::from_value(entry["log"].clone()).unwrap_or_default(),
        message: text_of(entry, "message").to_owned(),
        id,
    }
}

fn text_of<'v>(entry: &'v Value, key: &str) -> &'v str {
    entry.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl Case {
    /// Puts the file into a folder, and says with which variables the hook is to be run there.
    pub fn prepare(&self, folder: &Path) -> Variables {
        fs::write(self.file(folder), &self.input).expect("a folder that can be written to");
        let mut variables = self.variables.clone();
        let (feature, targets) = if self.format.starts_with("substitute") {
            ("Octopus.Features.SubstituteInFiles", "Octopus.Action.SubstituteInFiles.TargetFiles")
        } else {
            (
                "Octopus.Features.JsonConfigurationVariables",
                "Octopus.Action.Package.JsonConfigurationVariablesTargets",
            )
        };
        variables.push(("Octopus.Action.EnabledFeatures".into(), Some(feature.into())));
        variables.push((targets.into(), Some(self.file_name.clone())));
        variables
    }

    fn file(&self, folder: &Path) -> PathBuf {
        folder.join(&self.file_name)
    }

    /// Whether a hook did with the case what it should.
    pub fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), String> {
        let output = fs::read(self.file(folder)).map_err(|error| error.to_string())?;
        let Some(expected) = &self.expected else {
            let Some(failure) = &outcome.failure else {
                return Err("the original fails, the hook did not".into());
            };
            // The words about templates are Octostache's; those about documents are of libraries.
            if self.format.starts_with("substitute") && !failure.contains(&self.message) {
                return Err(format!("expected the failure: {}\nactual: {failure}", self.message));
            }
            return same_bytes(&output, &self.input, "the hook failed, and has changed the file");
        };
        if let Some(failure) = &outcome.failure {
            return Err(format!("the hook failed: {failure}"));
        }
        let found =
            |log: &[String]| log.iter().filter(|line| line.contains("Structure found")).count();
        if !self.format.starts_with("substitute") && found(&outcome.log) == 0 {
            same_bytes(&output, &self.input, "nothing was found, and the file has changed")?;
        }
        self.same_document(&output, expected)?;
        self.same_log(&outcome.log)
    }

    fn same_document(&self, output: &[u8], expected: &[u8]) -> Result<(), String> {
        match self.format.as_str() {
            "json" => document_json::same(&text::decode(output), &text::decode(expected)),
            "yaml" => document_yaml::same(&text::decode(output), &text::decode(expected)),
            "xml" => document_xml::same(output, expected),
            _ => same_bytes(output, expected, "the bytes differ"),
        }
    }

    /// The messages about the document, as far as they are words of the original and not of a library.
    fn same_log(&self, log: &[String]) -> Result<(), String> {
        let about = |line: &&String| {
            ["verbose: Attempting", "info: Structured variable", "verbose: The file at"]
                .iter()
                .all(|start| !line.starts_with(start))
        };
        let words = |line: &String| {
            let line = line.split("The following error occurred: ").next().unwrap_or_default();
            let file = |text: &str| text.rsplit('/').next() == Some(self.file_name.as_str());
            line.split('\'')
                .map(|part| if file(part) { "FILE" } else { part })
                .collect::<Vec<_>>()
                .join("'")
        };
        let ours: Vec<String> = log.iter().filter(about).map(words).collect();
        let theirs: Vec<String> = self.log.iter().map(words).collect();
        if ours == theirs {
            return Ok(());
        }
        Err(format!("the messages differ\nexpected: {theirs:#?}\nactual: {ours:#?}"))
    }
}

fn same_bytes(output: &[u8], expected: &[u8], what: &str) -> Result<(), String> {
    if output == expected {
        return Ok(());
    }
    let show = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Err(format!("{what}\nexpected: {:?}\nactual: {:?}", show(expected), show(output)))
}
