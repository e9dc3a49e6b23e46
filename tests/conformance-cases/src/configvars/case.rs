//! One configuration file, some variables, and the file that the original makes of it.

use std::io;
use std::path::{Path, PathBuf};

use super::compare::{only_settings_differ, same_document};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::structured::entry::{self, Loaded};
use crate::structured::text::same_bytes;
use crate::{Difference, LoadError};

/// One directory.
pub(crate) struct Case(Loaded);

/// All cases of the format.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let cases = entry::load(folder, &[Category::ConfigVars.name()])?;
    Ok(cases.into_iter().map(Case).collect())
}

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::ConfigVars
    }

    fn id(&self) -> &str {
        &self.0.id
    }

    fn hook(&self) -> Hook {
        Hook::ConfigurationVariables
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        std::fs::write(file(folder), &self.0.input)?;
        let mut variables = self.0.variables.clone();
        let mut set = |name: &str, value: &str| variables.push((name.into(), Some(value.into())));
        set("Octopus.Action.EnabledFeatures", "Octopus.Features.ConfigurationVariables");
        set("Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings", "True");
        // The case is about this flag, but its list of variables does not have it.
        if self.0.entry.log.iter().any(|line| line.contains("Ignoring variable replacement")) {
            set("Octopus.Action.Package.IgnoreVariableReplacementErrors", "True");
        }
        Ok(variables)
    }

    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference> {
        let now = std::fs::read(file(folder))
            .map_err(|error| Difference::new("a file", error.to_string()))?;
        let Some(expected) = &self.0.expected else {
            let kept = now == self.0.input;
            if outcome.failure.is_some() && kept {
                return Ok(());
            }
            let ending = format!("{}, file kept: {kept}", outcome.ending());
            return Err(Difference::new("a failure, file kept: true", ending));
        };
        if outcome.failure.is_some() {
            return Err(Difference::new("success", outcome.ending()));
        }
        if self.0.entry.unchanged {
            return same_bytes(&self.0.input, &now);
        }
        same_document(expected, &now)?;
        only_settings_differ(&self.0.input, &now)?;
        for line in self.0.entry.log.iter().filter(|line| line.starts_with("verbose: Setting ")) {
            if !outcome.log.contains(line) {
                return Err(Difference::new(line, outcome.said()).about("the log"));
            }
        }
        Ok(())
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("web.config")
}
