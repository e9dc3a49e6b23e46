//! The numbered folders: a source, a transform, and what the deployment step makes of them.

use std::io;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::definitions::{self, WARNINGS_AS_ERRORS, set};
use super::log::{self, CONFIG, TRANSFORM};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::structured::document_xml;
use crate::{Difference, LoadError, load};

/// One entry of `index.json`. Fields that nobody looks at are left out.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    dir: String,
    id: String,
    #[serde(default)]
    applied: bool,
    #[serde(default)]
    saved: bool,
    #[serde(default)]
    errors: u64,
    /// What the engine throws.
    throws: Option<String>,
    /// Present, and null, where no log was taken.
    #[serde(default, deserialize_with = "present")]
    logger: Option<Value>,
    calamari_variables: Option<Map<String, Value>>,
    calamari_result: Option<StepResult>,
}

/// Keeps apart what is null and what is missing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// What the original's deployment step made of it.
#[derive(Debug, Clone, Deserialize)]
struct StepResult {
    result: String,
    #[serde(default)]
    saved: bool,
    error_log: Option<String>,
}

/// One transform, applied once.
pub(crate) struct Case {
    id: String,
    source: Vec<u8>,
    transform: Vec<u8>,
    definitions: Definitions,
    succeeds: bool,
    /// What is in the file afterwards; none if it stays as it was.
    saved: Option<Vec<u8>>,
    log: Option<String>,
    /// What the step says when it fails.
    error_log: Option<String>,
}

/// All cases that the index lists; none if there is no index.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let entries: Vec<Entry> = load::json(&folder.join("index.json"))?.unwrap_or_default();
    let mut cases = Vec::new();
    for entry in entries {
        let folder = folder.join(&entry.dir);
        let mut source = load::needed(&folder.join("source.xml"))?;
        // One case applies its transform twice, and tells of the second time: two cases.
        if let Some(between) = load::bytes(&folder.join("after_first.xml"))? {
            let mut first = case(&folder, &entry, source)?;
            first.id.push_str(".first");
            first.saved = Some(between.clone());
            first.log = None;
            cases.push(first);
            source = between;
        }
        cases.push(case(&folder, &entry, source)?);
    }
    Ok(cases)
}

fn case(folder: &Path, entry: &Entry, source: Vec<u8>) -> Result<Case, LoadError> {
    let mut definitions = definitions::applying(&format!("{TRANSFORM} => {CONFIG}"));
    for (name, value) in entry.calamari_variables.iter().flatten() {
        set(&mut definitions, name, value.as_str().unwrap_or_default());
    }
    let (succeeds, is_saved) = match &entry.calamari_result {
        Some(step) => (step.result == "success", step.saved),
        None => {
            // A warning would fail the step, and what the engine makes of it would not be seen.
            set(&mut definitions, WARNINGS_AS_ERRORS, "False");
            let succeeds =
                entry.throws.is_none() && entry.applied && entry.saved && entry.errors == 0;
            (succeeds, succeeds)
        }
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let log = load::bytes(&folder.join("expected.log"))?.map(text);
    let error_log = entry.calamari_result.as_ref().and_then(|step| step.error_log.clone());
    Ok(Case {
        id: entry.id.clone(),
        source,
        transform: load::needed(&folder.join("transform.xml"))?,
        definitions,
        succeeds,
        saved: is_saved.then(|| load::needed(&folder.join("expected.xml"))).transpose()?,
        log: log.filter(|_| entry.logger.is_none() && entry.throws.is_none()),
        error_log,
    })
}

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::Xdt
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        Hook::ConfigurationTransforms
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        std::fs::write(folder.join(CONFIG), &self.source)?;
        std::fs::write(folder.join(TRANSFORM), &self.transform)?;
        Ok(self.definitions.clone())
    }

    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference> {
        if outcome.failure.is_none() != self.succeeds {
            let actual = format!("{}\n{}", outcome.ending(), outcome.said());
            return Err(Difference::new(format!("success: {}", self.succeeds), actual));
        }
        let output = std::fs::read(folder.join(CONFIG))
            .map_err(|error| Difference::new("a file", error.to_string()))?;
        let expected = self.saved.as_ref().unwrap_or(&self.source);
        if &output != expected {
            let show = |bytes| String::from_utf8_lossy(bytes).into_owned();
            // An other document is worse than an other layout.
            let what = match document_xml::same(expected, &output) {
                Ok(()) => "the layout",
                Err(_) => "the document",
            };
            return Err(Difference::new(show(expected), show(&output)).about(what));
        }
        if let Some(message) = &self.error_log {
            let message = message.replace("{0}", CONFIG).replace("{1}", TRANSFORM);
            if !outcome.log.contains(&format!("error: {message}")) {
                return Err(Difference::new(message, outcome.said()).about("the log"));
            }
        }
        let Some(log) = &self.log else { return Ok(()) };
        let expected = log::expected(log, &self.definitions);
        let actual = log::actual(outcome);
        if expected != actual {
            return Err(
                Difference::new(expected.join("\n"), actual.join("\n")).about("the engine's log")
            );
        }
        Ok(())
    }
}
