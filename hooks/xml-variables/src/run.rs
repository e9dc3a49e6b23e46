//! The step: which files, and what is said about them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use cofferdam_hook_files::{Log, find, read_bytes, roots, write_if_changed};
use cofferdam_octostache::Variables;

use crate::error::{Error, FileError};
use crate::replace::replace;

/// The step is done if this is among the enabled features, and [`AUTOMATIC`] is set.
const FEATURE: &str = "Octopus.Features.ConfigurationVariables";
const ENABLED_FEATURES: &str = "Octopus.Action.EnabledFeatures";
const AUTOMATIC: &str = "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings";
const IGNORE_ERRORS: &str = "Octopus.Action.Package.IgnoreVariableReplacementErrors";
const ADDITIONAL_PATHS: &str = "Octopus.Action.AdditionalPaths";
/// Set by the step before: transform files, separated by `|`.
const APPLIED_TRANSFORMS: &str = "OctopusAppliedXmlConfigTransforms";
/// The files that are looked at.
const TARGETS: &str = "**/*.config";

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The files that are different now.
    pub changed: Vec<PathBuf>,
}

/// Puts variables into the configuration files of a folder, if the feature is enabled.
///
/// # Errors
///
/// See [`Error`]. Files that were done before the error stay changed.
pub fn run(folder: &Path, variables: &Variables, log: &mut dyn Log) -> Result<Report, Error> {
    let mut report = Report::default();
    let failed = |name| move |source| Error::Variable { name, source };
    let flag = |name| variables.get_flag(name, false).map_err(failed(name));
    let list = |name, separator| variables.get_strings(name, &[separator]).map_err(failed(name));
    if !list(ENABLED_FEATURES, ',')?.iter().any(|feature| feature == FEATURE) || !flag(AUTOMATIC)? {
        return Ok(report);
    }
    log.verbose(
        "Looking for appSettings, applicationSettings, and connectionStrings in any .config files",
    );
    let ignore_errors = flag(IGNORE_ERRORS)?;
    if ignore_errors {
        log.info(&format!(
            "Variable replacement errors are suppressed because the variable {IGNORE_ERRORS} has been set."
        ));
    }
    let transforms = list(APPLIED_TRANSFORMS, '|')?;
    let roots =
        roots(folder, &list(ADDITIONAL_PATHS, ',')?).map_err(cofferdam_hook_files::Error::from)?;
    let mut seen = HashSet::new();
    for path in find(&roots, TARGETS, log)? {
        // Globs ignore case; the original's search for files does not, outside of Windows.
        let is_config = path.extension().is_some_and(|extension| extension == "config");
        if !is_config || !seen.insert(path.clone()) {
            continue;
        }
        let name = shown(folder, &path);
        if transforms.contains(&name) {
            log.verbose(&format!(
                "File '{name}' was interpreted as an XML configuration transform; variable substitution won't be attempted."
            ));
            continue;
        }
        match file(&path, &name, variables, log) {
            Ok(true) => report.changed.push(path),
            Ok(false) => {}
            Err(source) if ignore_errors => {
                log.info(&format!("Ignoring variable replacement error: {source}"));
            }
            Err(source) => {
                log.error(&format!("Exception while replacing configuration-variables in: {name}"));
                return Err(Error::File { path, source });
            }
        }
    }
    Ok(report)
}

/// A path as it is shown, and as the step before names it: relative, with `/`.
fn shown(folder: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    relative.iter().map(|step| step.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// One file. Whether it has changed.
fn file(
    path: &Path,
    name: &str,
    variables: &Variables,
    log: &mut dyn Log,
) -> Result<bool, FileError> {
    let replaced = replace(&read_bytes(path)?, variables)?;
    if replaced.settings.is_empty() {
        log.info(&format!(
            "No matching appSetting, applicationSetting, nor connectionString names were found in: {name}"
        ));
        return Ok(false);
    }
    log.info(&format!(
        "Updating appSettings, applicationSettings, and connectionStrings in: {name}"
    ));
    for (name, value) in &replaced.settings {
        log.verbose(&format!("Setting '{name}' = '{value}'"));
    }
    match replaced.bytes {
        Some(bytes) => Ok(write_if_changed(path, &bytes)?),
        None => Ok(false),
    }
}
