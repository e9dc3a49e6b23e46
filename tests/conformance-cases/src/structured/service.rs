//! `service_cases.json`: whole steps over several files, with targets, formats found out, what is said.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::text::decode;
use super::{document_json, document_xml, document_yaml, single_class};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError, load};

/// One entry that runs the step for structured configuration variables.
pub(crate) struct ServiceCase {
    id: String,
    vectors: PathBuf,
    entry: Value,
}

/// All entries: those of the step, and those about single classes of the original.
pub(crate) fn all(folder: &Path) -> Result<Vec<Box<dyn StepCase>>, LoadError> {
    let path = folder.join("service_cases.json");
    let entries: Vec<Value> = load::json(&path)?.unwrap_or_default();
    let mut cases: Vec<Box<dyn StepCase>> = Vec::new();
    for (number, entry) in entries.into_iter().enumerate() {
        let id = format!("{} {number:02}", text(&entry["source_test"]));
        let vectors = folder.join("service");
        if let Some(case) = single_class::case(&id, &vectors, &entry)? {
            cases.push(case);
        } else if entry["variables"].is_array() {
            cases.push(Box::new(ServiceCase { id, vectors, entry }));
        } else {
            let what = format!("the case `{id}` is of no known kind");
            return Err(LoadError::Content { path, what });
        }
    }
    Ok(cases)
}

/// The additional folder of a case: inside the package folder, since hooks work nowhere else.
const ADDITIONAL: &str = "additional";

impl StepCase for ServiceCase {
    fn category(&self) -> Category {
        Category::Service
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        Hook::StructuredConfigurationVariables
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        if let Some(package) = self.entry["package"].as_str() {
            for file in fs::read_dir(self.vectors.join(package))? {
                let file = file?;
                // Written, not copied: a file that may not be written to would stay so.
                fs::write(folder.join(file.file_name()), fs::read(file.path())?)?;
            }
        }
        for (key, root) in self.roots(folder) {
            if self.entry[key].as_bool() == Some(true) {
                fs::create_dir_all(&root)?;
                fs::write(root.join("config.json"), "{\"key\": \"old\"}")?;
            }
        }
        let pairs: Definitions = serde_json::from_value(self.entry["variables"].clone())?;
        let inside = |value: String| value.replace("<additionalPath>", ADDITIONAL);
        let mut variables: Definitions =
            pairs.into_iter().map(|(name, value)| (name, value.map(inside))).collect();
        if self.entry["package"].is_null() {
            variables.push(("key".into(), Some("new".into())));
        }
        Ok(variables)
    }

    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference> {
        let expected = self.entry["result"].as_str();
        if matches!(
            (expected, &outcome.failure),
            (Some("failure"), None) | (Some("success"), Some(_))
        ) {
            return Err(Difference::new(expected.unwrap_or_default(), outcome.ending()));
        }
        self.judge_words(outcome)?;
        self.judge_replaced(folder)?;
        if self.entry["expected"]["runs"] == false
            && (!outcome.log.is_empty() || outcome.failure.is_some())
        {
            return Err(Difference::new("a step that does not run", outcome.said()));
        }
        let files = self.entry["files"].as_array().into_iter().flatten();
        files.into_iter().try_for_each(|file| self.judge_file(folder, file))
    }
}

impl ServiceCase {
    fn roots(&self, folder: &Path) -> [(&'static str, PathBuf); 2] {
        [
            ("file_exists_in_current_path", folder.to_owned()),
            ("file_exists_in_additional_path", folder.join(ADDITIONAL)),
        ]
    }

    /// What is said has the words that it should have.
    fn judge_words(&self, outcome: &Outcome) -> Result<(), Difference> {
        let failure = outcome.failure.clone().unwrap_or_default();
        for (key, said) in [("output_contains", outcome.said()), ("error_output_contains", failure)]
        {
            for wanted in strings(&self.entry[key]) {
                let wanted = wanted.replace("<PATH>", &outcome.root);
                if !said.contains(&wanted) {
                    return Err(Difference::new(wanted, said).about(key));
                }
            }
        }
        let said = outcome.said();
        for pattern in strings(&self.entry["output_matches"]) {
            // `.+?` stands for paths, which are others here.
            let mut parts = pattern.split(".+?").map(|part| part.replace("\\.", "."));
            if !parts.all(|part| said.contains(&part)) {
                return Err(Difference::new(pattern, said).about("output_matches"));
            }
        }
        match self.entry["expected"]["warning"].as_str() {
            Some(warning) if !said.contains(&format!("warn: {warning}")) => {
                Err(Difference::new(warning, said).about("a warning"))
            }
            _ => Ok(()),
        }
    }

    /// The right ones of the two files have been replaced in.
    fn judge_replaced(&self, folder: &Path) -> Result<(), Difference> {
        let Some(replaced) = self.entry["expected"]["replaced"].as_array() else { return Ok(()) };
        for (key, root) in self.roots(folder) {
            let root_name =
                if key.contains("additional") { "<additionalPath>" } else { "<currentPath>" };
            let wanted = replaced.iter().any(|file| text(file).starts_with(root_name));
            let content = fs::read_to_string(root.join("config.json")).unwrap_or_default();
            if content.contains("new") != wanted {
                return Err(Difference::new(format!("replaced: {wanted}"), content)
                    .about(&format!("{root_name}/config.json")));
            }
        }
        Ok(())
    }

    fn judge_file(&self, folder: &Path, file: &Value) -> Result<(), Difference> {
        let name = text(&file["file"]);
        let read = |path: PathBuf| {
            fs::read(&path).map_err(|error| Difference::new("a file", error.to_string()))
        };
        let output = read(folder.join(name))?;
        if let Some(part) = file["contains"].as_str() {
            let content = decode(&output)?;
            let contains = content.contains(part);
            return contains
                .then_some(())
                .ok_or_else(|| Difference::new(part, content).about(name));
        }
        let approved = text(&file["approved"]);
        let expected = read(self.vectors.join(approved))?;
        let (theirs, ours) = (decode(&expected)?, decode(&output)?);
        match approved.rsplit('.').next() {
            Some("json") => document_json::same(&theirs, &ours),
            Some("yaml") => document_yaml::same(&theirs, &ours),
            Some("xml") => document_xml::same(&expected, &output),
            _ if ours.replace("\r\n", "\n") == theirs.replace("\r\n", "\n") => Ok(()),
            _ => Err(Difference::new(theirs, ours)),
        }
        .map_err(|difference| difference.about(name))
    }
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
