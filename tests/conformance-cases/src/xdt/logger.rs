//! `transform_logger.json`: the level that the engine's warnings and errors are logged at.
//!
//! The original's tests ask one class; here the step applies a transform that gives such a message.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::definitions::{self, IGNORE_ERRORS, WARNINGS_AS_ERRORS, set};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError, load};

/// One combination of options.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    options: String,
    call: String,
    expected_level: String,
}

/// One combination of options, and the message that comes with it.
pub(crate) struct Case {
    id: String,
    entry: Entry,
}

/// All cases; none if there is no file.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let entries: Vec<Entry> =
        load::json(&folder.join("transform_logger.json"))?.unwrap_or_default();
    let case = |entry: Entry| {
        let call = entry.call.split('(').next().unwrap_or_default();
        Case { id: format!("logger {call} {}", entry.options), entry }
    };
    Ok(entries.into_iter().map(case).collect())
}

/// A transform with an element that nothing matches, or with a transform that does not exist.
const WARNING: &str = r#"<c xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"><a xdt:Transform="RemoveAttributes(gone)" /></c>"#;
const WARNING_TEXT: &str = "Argument 'gone' did not match any attributes";
const ERROR: &str = r#"<c xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform"><a xdt:Transform="Unheard" /></c>"#;
const ERROR_TEXT: &str = "Could not resolve 'Unheard' as a type of Transform";

impl Case {
    fn is_warning(&self) -> bool {
        self.entry.call.starts_with("LogWarning")
    }
}

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::XdtLogger
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        Hook::ConfigurationTransforms
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        std::fs::write(folder.join("web.config"), "<c><a /></c>")?;
        let transform = if self.is_warning() { WARNING } else { ERROR };
        std::fs::write(folder.join("web.Release.config"), transform)?;
        let mut definitions = definitions::applying("web.Release.config => web.config");
        let has = |option: &str| if self.entry.options.contains(option) { "True" } else { "False" };
        set(&mut definitions, WARNINGS_AS_ERRORS, has("LogWarningsAsErrors"));
        // One variable sets both options.
        let ignore = match (has("LogWarningsAsInfo"), has("LogExceptionsAsWarnings")) {
            ("False", "False") => "False",
            _ => "True",
        };
        set(&mut definitions, IGNORE_ERRORS, ignore);
        Ok(definitions)
    }

    fn judge(&self, _: &Path, outcome: &Outcome) -> Result<(), Difference> {
        let text = if self.is_warning() { WARNING_TEXT } else { ERROR_TEXT };
        let Some(line) = outcome.log.iter().find(|line| line.contains(text)) else {
            return Err(Difference::new(format!("to log: {text}"), outcome.said()));
        };
        if line.starts_with(&format!("{}: ", self.entry.expected_level.to_lowercase())) {
            return Ok(());
        }
        Err(Difference::new(&self.entry.expected_level, line).about("the level"))
    }
}
