//! `transform_file_locator.json`: which transform files a definition finds for a file.
//!
//! The original's tests ask one class; here the whole step is run over the files, and its log tells
//! which transforms it applied. The paths are those of Windows. The package folder is the extraction
//! directory of the case, or else the drive; what lies elsewhere lies in a folder [`ELSEWHERE`] inside it,
//! because hooks see nothing else.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde::Deserialize;

use super::applied::applied;
use super::definitions::{self, set};
use crate::steps::{Category, Definitions, Hook, Outcome, StepCase};
use crate::{Difference, LoadError, load};

/// One definition with its checks.
#[derive(Debug, Clone, Deserialize)]
struct Entry {
    transform_definition: String,
    files: Vec<String>,
    checks: Vec<Check>,
    extraction_directory: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Check {
    source_file: String,
    transforms: Vec<String>,
}

/// A definition, and the files that it is tried on.
pub(crate) struct Case {
    id: String,
    entry: Entry,
}

/// All cases; none if there is no file.
pub(crate) fn all(folder: &Path) -> Result<Vec<Case>, LoadError> {
    let entries: Vec<Entry> =
        load::json(&folder.join("transform_file_locator.json"))?.unwrap_or_default();
    let case = |entry: Entry| Case { id: format!("locator {}", entry.transform_definition), entry };
    Ok(entries.into_iter().map(case).collect())
}

const DRIVE: &str = "c:";
const ELSEWHERE: &str = "elsewhere";

/// Where the hook believes the package folder to be on the machine.
const HOST_FOLDER: &str = "/deployed/package";

impl Entry {
    /// A path of Windows as one below the package folder.
    fn inside(&self, path: &str) -> String {
        let unified = |path: &str| path.replace('\\', "/");
        let path = unified(path);
        let package = unified(self.extraction_directory.as_deref().unwrap_or(DRIVE));
        let below = |folder: &str| Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned());
        let elsewhere = |folder| below(folder).map(|below| format!("{ELSEWHERE}/{below}"));
        below(&package).or_else(|| elsewhere(DRIVE)).unwrap_or(path.clone())
    }
}

impl StepCase for Case {
    fn category(&self) -> Category {
        Category::XdtLocator
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn hook(&self) -> Hook {
        Hook::ConfigurationTransforms
    }

    fn prepare(&self, folder: &Path) -> io::Result<Definitions> {
        for file in &self.entry.files {
            let path = folder.join(self.entry.inside(file));
            std::fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::fs::write(path, "<configuration />")?;
        }
        let definition = &self.entry.transform_definition;
        let (transform, target) = definition.split_once("=>").unwrap_or((definition, ""));
        let transform = match self.entry.inside(transform) {
            below if transform.contains(':') => format!("{HOST_FOLDER}/{below}"),
            relative => relative,
        };
        let mut definitions = definitions::applying(&format!("{transform}=>{target}"));
        set(&mut definitions, "OctopusOriginalPackageDirectoryPath", HOST_FOLDER);
        Ok(definitions)
    }

    fn judge(&self, _: &Path, outcome: &Outcome) -> Result<(), Difference> {
        if outcome.failure.is_some() {
            return Err(Difference::new("success", outcome.ending()));
        }
        let applied = applied(outcome);
        for check in &self.entry.checks {
            let source = self.entry.inside(&check.source_file);
            let found: BTreeSet<&String> = applied
                .iter()
                .filter(|(config, _)| *config == source)
                .map(|(_, transform)| transform)
                .collect();
            let expected: BTreeSet<String> =
                check.transforms.iter().map(|path| self.entry.inside(path)).collect();
            if !expected.iter().eq(found.iter().copied()) {
                let difference = Difference::new(format!("{expected:?}"), format!("{found:?}"));
                return Err(difference.about(&format!("transforms of {source}")));
            }
        }
        Ok(())
    }
}
