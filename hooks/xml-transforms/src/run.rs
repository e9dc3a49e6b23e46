//! The step: every configuration file against every definition.

use std::path::{Path, PathBuf};

use cofferdam_hook_files::{Log, find, inside, roots};
use cofferdam_octostache::Variables;

use crate::definition::Definition;
use crate::error::Error;
use crate::locate::{Inventory, transform_files};
use crate::options::{DIAGNOSTICS, IGNORE_ERRORS, Settings};
use crate::paths::{ends_with_ignoring_case, extension, file_name, is_absolute, unified};
use crate::perform::{Pair, perform};

/// The output variable with the transform files that were applied, separated by `|`. The step for
/// configuration variables leaves these files alone.
pub const APPLIED_TRANSFORMS: &str = "OctopusAppliedXmlConfigTransforms";

/// What the step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The files that are different now.
    pub changed: Vec<PathBuf>,
    /// What was applied, in order: the configuration file and the transform file, relative to the
    /// folder, with `/` between the steps.
    pub applied: Vec<(String, String)>,
    /// Output variables, by name.
    pub outputs: Vec<(String, String)>,
}

/// Applies the transforms that the variables ask for, if the feature is enabled.
///
/// # Errors
///
/// See [`Error`]. Files that were done before the error stay changed.
pub fn run(folder: &Path, variables: &Variables, log: &mut dyn Log) -> Result<Report, Error> {
    let Some(settings) = Settings::read(variables)? else { return Ok(Report::default()) };
    // Everything is below the folder, and so are additional paths: they add nothing here.
    roots(folder, &settings.additional_paths).map_err(cofferdam_hook_files::Error::from)?;
    let mut step = Step {
        folder,
        definitions: definitions(&settings, folder)?,
        inventory: inventory(folder, log)?,
        settings,
        log,
        report: Report::default(),
    };
    step.run()?;
    let list: Vec<&str> = step.report.applied.iter().map(|(_, transform)| &**transform).collect();
    let list = list.join("|");
    step.report.outputs.push((APPLIED_TRANSFORMS.to_owned(), list));
    Ok(step.report)
}

/// A definition, and what became of it.
struct Tracked {
    definition: Definition,
    explicit: bool,
    applied: bool,
    overlapped: bool,
}

struct Step<'a> {
    folder: &'a Path,
    definitions: Vec<Tracked>,
    inventory: Inventory,
    settings: Settings,
    log: &'a mut dyn Log,
    report: Report,
}

/// The definitions in the order they are tried: those of the user first.
fn definitions(settings: &Settings, folder: &Path) -> Result<Vec<Tracked>, Error> {
    let tracked = |definition: &Definition, explicit| Tracked {
        definition: definition.clone(),
        explicit,
        applied: false,
        overlapped: false,
    };
    let mut list = Vec::new();
    for definition in &settings.explicit {
        let mut tracked = tracked(definition, true);
        let transform = &definition.transform;
        if is_absolute(transform) {
            let inside = inside_enclosure(transform, folder, &settings.host_folders);
            let outside = || Error::Outside { definition: definition.text.clone() };
            tracked.definition.transform = inside.ok_or_else(outside)?;
        }
        list.push(tracked);
    }
    list.extend(settings.automatic.iter().map(|definition| tracked(definition, false)));
    Ok(list)
}

/// An absolute path of the machine as one of the enclosure, when it leads there.
fn inside_enclosure(path: &str, folder: &Path, host_folders: &[String]) -> Option<String> {
    let own = folder.to_string_lossy();
    host_folders.iter().map(String::as_str).chain([&*own]).find_map(|root| {
        let root = unified(root);
        let root = root.trim_end_matches('/');
        if root.is_empty() {
            return None;
        }
        let rest = path.strip_prefix(root)?;
        rest.starts_with('/').then(|| rest.to_owned())
    })
}

/// All files below the folder.
fn inventory(folder: &Path, log: &mut dyn Log) -> Result<Inventory, Error> {
    let files = find(&[folder.to_owned()], "**/*", log)?;
    Ok(Inventory::new(files.iter().filter_map(|path| {
        let steps: Option<Vec<&str>> =
            path.strip_prefix(folder).ok()?.iter().map(|step| step.to_str()).collect();
        Some(format!("/{}", steps?.join("/")))
    })))
}

impl Step<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let extensions = self.extensions();
        if self.settings.diagnostics {
            self.log.verbose(&format!(
                "Recursively searching for transformation files that match {} in folder '{}'",
                extensions.join(" or "),
                self.folder.display()
            ));
        }
        let wanted = |path: &str| {
            extensions.is_empty() || extensions.iter().any(|each| path.ends_with(&each[1..]))
        };
        let sources: Vec<String> =
            self.inventory.files().filter(|path| wanted(path)).map(str::to_owned).collect();
        for source in sources {
            self.diagnose(|| format!("Found config file '{}'", shown(&source)));
            for at in 0..self.definitions.len() {
                self.one(&source, at)?;
            }
        }
        self.summarise();
        Ok(())
    }

    /// `*.config` and the like: which files can be targets. Empty: all.
    fn extensions(&self) -> Vec<String> {
        let mut extensions = Vec::new();
        if self.settings.is_automatic() {
            extensions.push("*.config".to_owned());
        }
        for definition in &self.settings.explicit {
            if let Some(target) = &definition.target {
                let extension = format!("*{}", extension(&target.pattern));
                if !extensions.contains(&extension) {
                    extensions.push(extension);
                }
            }
        }
        extensions
    }

    fn diagnose(&mut self, text: impl FnOnce() -> String) {
        if self.settings.diagnostics {
            self.log.verbose(&text());
        }
    }

    /// One configuration file against one definition.
    fn one(&mut self, source: &str, at: usize) -> Result<(), Error> {
        let definition = self.definitions[at].definition.clone();
        self.diagnose(|| format!(" - checking against transform '{}'", definition.text));
        if let Some(target) = definition.target.as_ref().filter(|each| each.transform_is_wildcard) {
            let end = file_name(&target.pattern);
            if !ends_with_ignoring_case(source, end) {
                self.diagnose(|| {
                    format!(
                        " - skipping transform as its a wildcard transform and source file '{}' does not end with '{end}'",
                        shown(source)
                    )
                });
                return Ok(());
            }
        }
        let done = self.apply(source, &definition, at);
        if done.is_err() {
            let wildcard = if definition.is_wildcard() { "wildcard " } else { "" };
            self.log.error(&format!(
                "Could not transform the file '{}' using the {wildcard}pattern '{}'.",
                shown(source),
                definition.transform
            ));
        }
        done
    }

    fn apply(&mut self, source: &str, definition: &Definition, at: usize) -> Result<(), Error> {
        let diagnostics = self.settings.diagnostics;
        let log = &mut *self.log;
        let mut note = |text: String| {
            if diagnostics {
                log.verbose(&text);
            }
        };
        let transforms: Vec<String> =
            transform_files(source, definition, &self.inventory, "/", &mut note)
                .map_err(|_| Error::Outside { definition: definition.text.clone() })?
                .into_iter()
                .map(str::to_owned)
                .collect();
        for transform in transforms {
            let names = (shown(source).to_owned(), shown(&transform).to_owned());
            if self.report.applied.contains(&names) {
                self.diagnose(|| {
                    format!(
                        " - Skipping as target '{}' has already been transformed by transform '{}'",
                        names.0, names.1
                    )
                });
                self.definitions[at].overlapped = true;
                continue;
            }
            self.log.info(&format!("Transforming '{}' using '{}'.", names.0, names.1));
            self.perform(&names)?;
            self.definitions[at].applied = true;
            self.report.applied.push(names);
        }
        Ok(())
    }

    fn perform(&mut self, (config, transform): &(String, String)) -> Result<(), Error> {
        let path =
            |name: &str| inside(self.folder, name).map_err(cofferdam_hook_files::Error::from);
        let pair = Pair {
            config: &path(config)?,
            config_name: config,
            transform: &path(transform)?,
            transform_name: transform,
        };
        match perform(&pair, self.settings.severity, self.log) {
            Ok(true) => {
                if !self.report.changed.iter().any(|path| path == pair.config) {
                    self.report.changed.push(pair.config.to_owned());
                }
                Ok(())
            }
            Ok(false) => Ok(()),
            Err(error) if self.settings.ignore_errors && error.is_ignorable() => {
                self.log.warning(&format!("{error}; ignored because {IGNORE_ERRORS} is set"));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Says which explicit definitions came to nothing.
    fn summarise(&mut self) {
        let mut said = Vec::new();
        for tracked in self.definitions.iter().filter(|each| each.explicit) {
            let text = &tracked.definition.text;
            let message = match (tracked.applied, tracked.overlapped) {
                (_, true) => format!(
                    "The transform pattern \"{text}\" was not performed as it overlapped with another transform."
                ),
                (false, false) => format!(
                    "The transform pattern \"{text}\" was not performed as no matching files could be found."
                ),
                (true, false) => continue,
            };
            if said.contains(&message) {
                continue;
            }
            self.log.verbose(&message);
            if !tracked.overlapped && !self.settings.diagnostics {
                self.log.verbose(&format!(
                    "For detailed diagnostic logging, please set a variable '{DIAGNOSTICS}' with a value of 'True'."
                ));
            }
            said.push(message);
        }
    }
}

/// A path of the enclosure as it is shown: relative to the folder.
fn shown(path: &str) -> &str {
    path.trim_start_matches('/')
}
