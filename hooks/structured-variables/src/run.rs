//! The step: which files, in which format, and what is said about them.

use std::path::{Path, PathBuf};

use cofferdam_hook_files::{Error as FileError, Log, find, inside, roots};
use cofferdam_octostache::Variables;

use crate::file;
use crate::names::Names;
use crate::{Error, Format};

/// The step is done if this is among the enabled features.
const FEATURE: &str = "Octopus.Features.JsonConfigurationVariables";
/// Which features are enabled, separated by commas.
const ENABLED_FEATURES: &str = "Octopus.Action.EnabledFeatures";
/// Globs, one a line.
const TARGETS: &str = "Octopus.Action.Package.JsonConfigurationVariablesTargets";
/// Whether every file is JSON, as it was before there were other formats.
const FALLBACK_FLAG: &str = "Octopus.Action.StructuredConfigurationFallbackFlag";
/// More folders to look for targets in, separated by commas.
const ADDITIONAL_PATHS: &str = "Octopus.Action.AdditionalPaths";

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The files that were looked into, with the format that they turned out to have.
    pub files: Vec<(PathBuf, Format)>,
    /// Those of them that are different now.
    pub changed: Vec<PathBuf>,
}

/// Puts the values of variables into the structured configuration files of a folder, if the feature is enabled.
///
/// # Errors
/// See [`Error`]. Files that were done before the error stay changed.
pub fn run(folder: &Path, variables: &Variables, log: &mut dyn Log) -> Result<Report, Error> {
    let mut report = Report::default();
    if !list(variables, ENABLED_FEATURES)?.iter().any(|feature| feature == FEATURE) {
        return Ok(report);
    }
    let roots = roots(folder, &list(variables, ADDITIONAL_PATHS)?).map_err(FileError::from)?;
    let only_json = variables
        .get_flag(FALLBACK_FLAG, false)
        .map_err(|source| unevaluated(FALLBACK_FLAG, source))?;
    let mut names = Names::new(variables);
    for target in variables.get_paths(TARGETS).map_err(|source| unevaluated(TARGETS, source))? {
        if is_folder(folder, &target) {
            log.warning(&format!(
                "Skipping structured variable replacement on '{target}' because it is a directory."
            ));
            continue;
        }
        let files = find(&roots, &target, log)?;
        if files.is_empty() {
            log.warning(&format!(
                "No files were found that match the replacement target pattern '{target}'"
            ));
        }
        for path in files {
            let formats = formats(&path, only_json, log);
            let done = file::replace(&path, &formats, &mut names, log)?;
            report.files.push((path.clone(), done.format));
            if done.changed && !report.changed.contains(&path) {
                report.changed.push(path);
            }
        }
    }
    Ok(report)
}

fn list(variables: &Variables, name: &'static str) -> Result<Vec<String>, Error> {
    variables.get_strings(name, &[',']).map_err(|source| unevaluated(name, source))
}

fn unevaluated(name: &str, source: cofferdam_octostache::Error) -> Error {
    Error::Variable { name: name.to_owned(), source }
}

/// Whether the target names a folder. What cannot be inside is found out when the pattern is read.
fn is_folder(folder: &Path, target: &str) -> bool {
    inside(folder, target).is_ok_and(|path| path.is_dir())
}

/// The formats to try, in order.
fn formats(path: &Path, only_json: bool, log: &mut dyn Log) -> Vec<Format> {
    let file = path.display();
    if only_json {
        log.verbose(&format!(
            "The {FALLBACK_FLAG} flag is set. The file at {file} will be parsed as JSON."
        ));
        return vec![Format::Json];
    }
    let Some(format) = Format::of_name(path) else {
        log.verbose(&format!(
            "The file at {file} does not match any known filename patterns. The file will be tried as multiple formats and will be treated as the first format that can be successfully parsed."
        ));
        return Format::ALL.to_vec();
    };
    let treated = format!(
        "The file at {file} matches a known filename pattern, and will be treated as {format}."
    );
    if format == Format::Json {
        log.verbose(&treated);
        return vec![Format::Json];
    }
    log.verbose(&format!(
        "{treated} The file will be tried as {} first for backwards compatibility.",
        Format::Json
    ));
    vec![Format::Json, format]
}
