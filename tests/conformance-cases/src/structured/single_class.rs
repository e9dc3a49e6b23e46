//! Those of `service_cases.json` that are about one class of the original, put to a whole hook.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::document_yaml;
use super::text::same_bytes;
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError, load};

/// Which class, with what the case has to say about it.
enum About {
    /// The convention for configuration variables: which of the files are modified.
    ConfigurationVariables { files: Vec<String>, modified: Vec<String> },
    /// The behaviour that substitutes in files: which files are substituted in.
    SubstituteInFiles { files: Vec<String> },
    /// How the encoding of a file is found out.
    Encoding { file: Vec<u8> },
    /// The paths of the values in a YAML document.
    YamlPaths { document: String, paths: Vec<(String, String)> },
}

/// One such case.
struct Case {
    id: String,
    variables: Definitions,
    about: About,
}

/// The case of an entry; `None` if it is about more than one class.
pub(crate) fn case(
    id: &str,
    files: &Path,
    entry: &Value,
) -> Result<Option<Box<dyn StepCase>>, LoadError> {
    let about = if let Some(list) = entry.get("files_found") {
        let modified = paths(&entry["expected"]["modified"]);
        About::ConfigurationVariables { files: paths(list), modified }
    } else if let Some(list) = entry.get("glob_matches") {
        About::SubstituteInFiles { files: paths(list) }
    } else if let Some(name) = entry["file"].as_str() {
        About::Encoding { file: load::needed(&files.join(name))? }
    } else if let Some(document) = entry["input"].as_str() {
        let paths = list(&entry["expected"]["scalar_paths"]);
        About::YamlPaths { document: document.to_owned(), paths }
    } else {
        return Ok(None);
    };
    let variables = list(&entry["variables"]);
    Ok(Some(Box::new(Case { id: id.to_owned(), variables, about })))
}

fn list<T: for<'de> Deserialize<'de>>(value: &Value) -> Vec<T> {
    Vec::deserialize(value).unwrap_or_default()
}

/// The paths below the package folder, which is spelled `C:\App\MyApp` or `<staging>`.
fn paths(value: &Value) -> Vec<String> {
    let inside = |path: String| {
        let path = path.replace('\\', "/");
        let below = path.strip_prefix("C:/App/MyApp/").or_else(|| path.strip_prefix("<staging>/"));
        below.unwrap_or(&path).to_owned()
    };
    list(value).into_iter().map(inside).collect()
}

const SETTINGS: &str =
    r#"<configuration><appSettings><add key="key" value="old" /></appSettings></configuration>"#;

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::Service
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        match self.about {
            About::ConfigurationVariables { .. } => Hook::ConfigurationVariables,
            About::SubstituteInFiles { .. } | About::Encoding { .. } => Hook::SubstituteInFiles,
            About::YamlPaths { .. } => Hook::StructuredConfigurationVariables,
        }
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        let mut variables = self.variables.clone();
        let mut set = |name: &str, value: &str| variables.push((name.into(), Some(value.into())));
        match &self.about {
            About::ConfigurationVariables { files, .. } => {
                set("key", "new");
                lay_out(folder, files, SETTINGS)?;
            }
            About::SubstituteInFiles { files } => {
                set("key", "new");
                lay_out(folder, files, "#{key}")?;
            }
            About::Encoding { file } => {
                set("Octopus.Action.EnabledFeatures", "Octopus.Features.SubstituteInFiles");
                set("Octopus.Action.SubstituteInFiles.TargetFiles", "file.txt");
                set("key", ADDED);
                fs::write(folder.join("file.txt"), [file, &b"#{key}"[..]].concat())?;
            }
            About::YamlPaths { document, paths } => {
                let feature = "Octopus.Features.JsonConfigurationVariables";
                set("Octopus.Action.EnabledFeatures", feature);
                let targets = "Octopus.Action.Package.JsonConfigurationVariablesTargets";
                set(targets, "file.yaml");
                for (number, (path, _)) in paths.iter().enumerate() {
                    set(path, &mark(number));
                }
                fs::write(folder.join("file.yaml"), document)?;
            }
        }
        Ok(variables)
    }

    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference> {
        if outcome.failure.is_some() {
            return Err(Difference::new("success", outcome.ending()));
        }
        match &self.about {
            About::ConfigurationVariables { files, modified } => {
                judge_changed(folder, files, modified, SETTINGS)
            }
            About::SubstituteInFiles { files } => judge_changed(folder, files, files, "#{key}"),
            About::Encoding { file } => {
                same_bytes(&[file, ADDED.as_bytes()].concat(), &read(folder.join("file.txt"))?)
            }
            About::YamlPaths { document, paths } => {
                let mut expected = document_yaml::scalars(document)?;
                for (number, (_, value)) in paths.iter().enumerate() {
                    for scalar in expected.iter_mut().filter(|scalar| *scalar == value) {
                        *scalar = mark(number);
                    }
                }
                let output = read(folder.join("file.yaml"))?;
                let actual = document_yaml::scalars(&String::from_utf8_lossy(&output))?;
                let same = expected == actual;
                let differ = || Difference::new(format!("{expected:?}"), format!("{actual:?}"));
                same.then_some(()).ok_or_else(differ)
            }
        }
    }
}

/// A letter that shows in which encoding it was written.
const ADDED: &str = "\u{3c0}";

/// What is put in at a path.
fn mark(number: usize) -> String {
    format!("new-{number}")
}

fn lay_out(folder: &Path, files: &[String], content: &str) -> io::Result<()> {
    for file in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, content)?;
    }
    Ok(())
}

fn read(path: PathBuf) -> Result<Vec<u8>, Difference> {
    fs::read(path).map_err(|error| Difference::new("a file", error.to_string()))
}

/// Exactly the files that are meant to have new content.
fn judge_changed(
    folder: &Path,
    files: &[String],
    changed: &[String],
    old: &str,
) -> Result<(), Difference> {
    for file in files {
        let is_changed = read(folder.join(file))? != old.as_bytes();
        let wanted = changed.contains(file);
        if is_changed != wanted {
            return Err(Difference::new(wanted.to_string(), is_changed.to_string())
                .about(&format!("whether {file} is changed")));
        }
    }
    Ok(())
}
