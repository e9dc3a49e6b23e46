//! One file, some variables, and the file that the original makes of it.

use std::io;
use std::path::{Path, PathBuf};

use super::entry::{self, Loaded};
use super::text::{decode, same_bytes};
use super::{document_json, document_xml, document_yaml, places};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError};

/// One directory.
pub(crate) struct Case {
    category: Category,
    loaded: Loaded,
}

/// All cases of a single file but those of the format `configvars`.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let categories = [
        Category::Json,
        Category::Yaml,
        Category::Xml,
        Category::Properties,
        Category::Substitute,
        Category::SubstituteNonSensitive,
    ];
    let cases = entry::load(folder, &categories.map(Category::name))?.into_iter();
    let case = |loaded: Loaded| {
        let category = Category::named(&loaded.entry.format)?;
        Some(Case { category, loaded })
    };
    Ok(cases.filter_map(case).collect())
}

impl StepCase for Case {
    fn category(&self) -> Category {
        self.category
    }

    fn id(&self) -> &str {
        &self.loaded.id
    }

    fn hook(&self) -> Hook {
        match self.category {
            Category::Substitute => Hook::SubstituteInFiles,
            Category::SubstituteNonSensitive => Hook::SubstituteWithoutSecrets,
            _ => Hook::StructuredConfigurationVariables,
        }
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        std::fs::write(self.file(folder), &self.loaded.input)?;
        let mut variables = self.loaded.variables.clone();
        let (feature, targets) = if self.is_template() {
            ("Octopus.Features.SubstituteInFiles", "Octopus.Action.SubstituteInFiles.TargetFiles")
        } else {
            (
                "Octopus.Features.JsonConfigurationVariables",
                "Octopus.Action.Package.JsonConfigurationVariablesTargets",
            )
        };
        variables.push(("Octopus.Action.EnabledFeatures".into(), Some(feature.into())));
        variables.push((targets.into(), Some(self.loaded.entry.input.clone())));
        Ok(variables)
    }

    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference> {
        let output = std::fs::read(self.file(folder))
            .map_err(|error| Difference::new("a file", error.to_string()))?;
        let Some(expected) = &self.loaded.expected else {
            return self.judge_failure(&output, outcome);
        };
        if outcome.failure.is_some() {
            return Err(Difference::new("success", outcome.ending()));
        }
        self.same_document(expected, &output)?;
        if !self.is_template() {
            self.only_values_differ(&output, &outcome.log)?;
        }
        self.same_log(&outcome.log)
    }
}

impl Case {
    fn file(&self, folder: &Path) -> PathBuf {
        folder.join(&self.loaded.entry.input)
    }

    fn is_template(&self) -> bool {
        matches!(self.category, Category::Substitute | Category::SubstituteNonSensitive)
    }

    fn judge_failure(&self, output: &[u8], outcome: &Outcome) -> Result<(), Difference> {
        let message = &self.loaded.entry.message;
        let Some(failure) = &outcome.failure else {
            return Err(Difference::new(format!("a failure: {message}"), "success"));
        };
        // The words about templates are Octostache's; those about documents are of libraries.
        if self.is_template() && !failure.contains(message) {
            return Err(Difference::new(format!("a failure: {message}"), outcome.ending()));
        }
        same_bytes(&self.loaded.input, output)
            .map_err(|difference| difference.about("the file after the failure"))
    }

    /// What was not replaced is as it was, byte for byte.
    fn only_values_differ(&self, output: &[u8], log: &[String]) -> Result<(), Difference> {
        let input = &self.loaded.input;
        let replaced = log.iter().filter(|line| line.contains("Structure found")).count();
        if replaced == 0 {
            return same_bytes(input, output);
        }
        // A value of several lines may have some in common with what it replaces.
        let values = self.loaded.variables.iter().filter_map(|(_, value)| value.as_ref());
        let most = replaced + values.map(|value| value.matches('\n').count()).sum::<usize>();
        if self.category != Category::Xml {
            return places::at_most(most, &decode(input)?, &decode(output)?);
        }
        // A declaration that is wrong is left alone as well.
        let text = |bytes| document_xml::decode(bytes).or_else(|_| decode(bytes));
        // A value that the declared encoding does not have changes the declaration, too.
        let declaration = |bytes| document_xml::declaration(bytes);
        let declared_anew = usize::from(declaration(input) != declaration(output));
        places::at_most(most + declared_anew, &text(input)?, &text(output)?)
    }

    fn same_document(&self, expected: &[u8], output: &[u8]) -> Result<(), Difference> {
        match self.category {
            Category::Json => document_json::same(&decode(expected)?, &decode(output)?),
            Category::Yaml => document_yaml::same(&decode(expected)?, &decode(output)?),
            Category::Xml => document_xml::same(expected, output),
            _ => same_bytes(expected, output),
        }
    }

    /// The messages about the document, as far as they are words of the original and not of a library.
    fn same_log(&self, log: &[String]) -> Result<(), Difference> {
        let about = |line: &&String| {
            ["verbose: Attempting", "info: Structured variable", "verbose: The file at"]
                .iter()
                .all(|start| !line.starts_with(start))
        };
        let words = |line: &String| {
            let line = line.split("The following error occurred: ").next().unwrap_or_default();
            let file = |text: &str| text.rsplit('/').next() == Some(&*self.loaded.entry.input);
            line.split('\'')
                .map(|part| if file(part) { "FILE" } else { part })
                .collect::<Vec<_>>()
                .join("'")
        };
        let actual: Vec<String> = log.iter().filter(about).map(words).collect();
        let expected: Vec<String> = self.loaded.entry.log.iter().map(words).collect();
        if actual == expected {
            return Ok(());
        }
        Err(Difference::new(expected.join("\n"), actual.join("\n")).about("the log"))
    }
}
