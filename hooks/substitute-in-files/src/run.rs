//! The step: which files, and how strictly.

use std::path::{Path, PathBuf};

use cofferdam_hook_files::{Charset, Error as FileError, Log, find, roots};
use cofferdam_octostache::Variables;

use crate::Error;
use crate::file::{Strictness, substitute};

/// The step is done if this is among the enabled features.
const FEATURE: &str = "Octopus.Features.SubstituteInFiles";
/// Which features are enabled, separated by commas.
const ENABLED_FEATURES: &str = "Octopus.Action.EnabledFeatures";
/// Globs, one a line.
const TARGETS: &str = "Octopus.Action.SubstituteInFiles.TargetFiles";
/// A character set to write in.
const OUTPUT_ENCODING: &str = "Octopus.Action.SubstituteInFiles.OutputEncoding";
/// Whether a glob that matches no file is worth a warning.
const NO_MATCH_WARNING: &str = "Octopus.Action.SubstituteInFiles.EnableNoMatchWarning";
/// More folders to look for targets in, separated by commas.
const ADDITIONAL_PATHS: &str = "Octopus.Action.AdditionalPaths";
/// Whether what cannot be evaluated is a failure.
const FAIL: &str = "OctopusShouldFailDeploymentOnSubstitutionFails";

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The files that were evaluated; one that two globs match is there twice.
    pub files: Vec<PathBuf>,
    /// Those of them that are different now.
    pub changed: Vec<PathBuf>,
}

/// Evaluates the target files of a folder, if the feature is enabled.
///
/// # Errors
/// See [`Error`]. Files that were done before the error stay changed.
pub fn run(folder: &Path, variables: &Variables, log: &mut dyn Log) -> Result<Report, Error> {
    let strictness =
        if flag(variables, FAIL, false)? { Strictness::Strict } else { Strictness::Lenient };
    run_with(folder, variables, strictness, log)
}

/// As [`run`], for variables of which the secret ones have been left out: whatever cannot be evaluated is a failure.
///
/// # Errors
/// See [`Error`].
pub fn run_without_secrets(
    folder: &Path,
    variables: &Variables,
    log: &mut dyn Log,
) -> Result<Report, Error> {
    run_with(folder, variables, Strictness::WithoutSecrets, log)
}

fn run_with(
    folder: &Path,
    variables: &Variables,
    strictness: Strictness,
    log: &mut dyn Log,
) -> Result<Report, Error> {
    let mut report = Report::default();
    if !list(variables, ENABLED_FEATURES)?.iter().any(|feature| feature == FEATURE) {
        return Ok(report);
    }
    let roots = roots(folder, &list(variables, ADDITIONAL_PATHS)?).map_err(FileError::from)?;
    let output = variables.get(OUTPUT_ENCODING).map_err(unevaluated(OUTPUT_ENCODING))?;
    // A name that stands for no character set is passed over, as in the original.
    let output = output.and_then(|name| Charset::named(&name));
    for target in variables.get_paths(TARGETS).map_err(unevaluated(TARGETS))? {
        let files = find(&roots, &target, log)?;
        if files.is_empty() && flag(variables, NO_MATCH_WARNING, true)? {
            log.warning(&format!(
                "No files were found in {} that match the substitution target pattern '{target}'",
                folder.display()
            ));
        }
        for path in files {
            let changed = substitute(&path, variables, strictness, output, log)?;
            if changed && !report.changed.contains(&path) {
                report.changed.push(path.clone());
            }
            report.files.push(path);
        }
    }
    Ok(report)
}

fn list(variables: &Variables, name: &'static str) -> Result<Vec<String>, Error> {
    variables.get_strings(name, &[',']).map_err(unevaluated(name))
}

fn flag(variables: &Variables, name: &'static str, default: bool) -> Result<bool, Error> {
    variables.get_flag(name, default).map_err(unevaluated(name))
}

fn unevaluated(name: &'static str) -> impl Fn(cofferdam_octostache::Error) -> Error {
    move |source| Error::Variable { name, source }
}
