//! `transform_convention.json`: the step over a folder of small files.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::applied::applied;
use super::definitions::set;
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError, load};

/// The file.
#[derive(Deserialize)]
struct File {
    /// Variables that every case has.
    feature_variables: Definitions,
    directory_files: Vec<String>,
    cases: Vec<Entry>,
}

/// One set of variables, and what is to come of it.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    source_test: String,
    os: Option<String>,
    variables: Definitions,
    #[serde(default)]
    transforms_run: Vec<(String, String)>,
    #[serde(default)]
    transforms_not_run: Vec<(String, String)>,
    #[serde(default)]
    ordered: bool,
    transform_count: Option<usize>,
    log_contains: Option<String>,
    log_lines: Option<Vec<(String, String)>>,
}

/// An entry with the files that it is about.
pub(crate) struct Case {
    id: String,
    entry: Entry,
    definitions: Definitions,
    files: Vec<String>,
}

/// All cases; none if there is no file.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let Some(file) = load::json::<File>(&folder.join("transform_convention.json"))? else {
        return Ok(Vec::new());
    };
    let case = |(number, entry): (usize, Entry)| {
        let files = match &entry.log_lines {
            Some(lines) => files_of_log(lines),
            None => file.directory_files.clone(),
        };
        let definitions = [&*file.feature_variables, &*entry.variables].concat();
        let id = format!("{} {number:02}", entry.source_test);
        Case { id, entry, definitions, files }
    };
    let cases = file.cases.into_iter().enumerate();
    // Case does not count in file names on Windows. Hooks see names as they are, everywhere, and
    // what they are to do is in the cases for Unix. What is logged does not depend on that.
    let cases = cases
        .filter(|(_, entry)| entry.os.as_deref() != Some("windows") || entry.log_lines.is_some());
    Ok(cases.map(case).collect())
}

/// A configuration file as well as a transform that does nothing.
const CONTENT: &str =
    r#"<configuration xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform" />"#;

/// The folder of the case that tells what is logged.
const LOGGED_FOLDER: &str = "c:\\temp";

/// The files that the log says it has found.
fn files_of_log(lines: &[(String, String)]) -> Vec<String> {
    let name = |(_, text): &(String, String)| {
        let path = text.strip_prefix("Found config file '")?.strip_suffix('\'')?;
        Some(path.rsplit('\\').next()?.to_owned())
    };
    lines.iter().filter_map(name).collect()
}

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::XdtConvention
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        Hook::ConfigurationTransforms
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        for file in &self.files {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, CONTENT)?;
        }
        let place = folder.display().to_string();
        let resolve = |value: &String| value.replace("<DIR>", &place);
        let mut definitions: Definitions = self
            .definitions
            .iter()
            .map(|(name, value)| (name.clone(), value.as_ref().map(resolve)))
            .collect();
        // So that absolute paths work, as in a deployment.
        set(&mut definitions, "OctopusOriginalPackageDirectoryPath", &place);
        Ok(definitions)
    }

    fn judge(&self, _: &Path, outcome: &Outcome) -> Result<(), Difference> {
        if outcome.failure.is_some() {
            return Err(Difference::new("success", outcome.ending()));
        }
        let differ = |expected: String| Err(Difference::new(expected, outcome.said()));
        let applied = applied(outcome);
        let expected = pairs(&self.entry.transforms_run);
        if let Some(missing) = expected.iter().find(|pair| !applied.contains(pair)) {
            return differ(format!("to run: {missing:?}"));
        }
        if self.entry.ordered && applied != expected {
            return differ(format!("to run in this order: {expected:?}"));
        }
        let unwanted = pairs(&self.entry.transforms_not_run);
        if let Some(unwanted) = unwanted.iter().find(|pair| applied.contains(pair)) {
            return differ(format!("not to run: {unwanted:?}"));
        }
        if self.entry.transform_count.is_some_and(|count| applied.len() != count) {
            return differ(format!("{:?} transforms", self.entry.transform_count));
        }
        if let Some(text) = &self.entry.log_contains
            && !outcome.said().contains(text)
        {
            return differ(format!("to log: {text}"));
        }
        self.judge_log(outcome)
    }
}

impl Case {
    /// The lines of the log, whatever the order in which the files were found.
    fn judge_log(&self, outcome: &Outcome) -> Result<(), Difference> {
        let Some(lines) = &self.entry.log_lines else { return Ok(()) };
        let ours = |(level, text): &(String, String)| {
            let text = text.replace(&format!("{LOGGED_FOLDER}\\"), "");
            format!("{}: {text}", level.to_lowercase())
        };
        let theirs = |line: &String| {
            let root = if outcome.root.is_empty() { "/" } else { &outcome.root };
            let folder = format!("'{LOGGED_FOLDER}'");
            line.replace(&format!("'{root}'"), &folder).replace("'.'", &folder)
        };
        let mut expected: Vec<String> = lines.iter().map(ours).collect();
        let mut actual: Vec<String> = outcome.log.iter().map(theirs).collect();
        expected.sort();
        actual.sort();
        if expected == actual {
            return Ok(());
        }
        Err(Difference::new(expected.join("\n"), actual.join("\n")).about("the log"))
    }
}

/// Pairs with `/` in them.
fn pairs(list: &[(String, String)]) -> Vec<(String, String)> {
    let path = |text: &String| text.replace('\\', "/");
    list.iter().map(|(config, transform)| (path(config), path(transform))).collect()
}
