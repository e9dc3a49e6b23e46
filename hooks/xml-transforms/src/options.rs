//! The variables that steer the step.

use cofferdam_hook_files::Level;
use cofferdam_octostache::Variables;

use crate::definition::Definition;
use crate::error::Error;

/// The step is done if this is among the enabled features.
const FEATURE: &str = "Octopus.Features.ConfigurationTransforms";
const ENABLED_FEATURES: &str = "Octopus.Action.EnabledFeatures";
const ADDITIONAL: &str = "Octopus.Action.Package.AdditionalXmlConfigurationTransforms";
const AUTOMATIC: &str = "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles";
const ENVIRONMENT: &str = "Octopus.Environment.Name";
const TENANT: &str = "Octopus.Deployment.Tenant.Name";
const ADDITIONAL_PATHS: &str = "Octopus.Action.AdditionalPaths";
const WARNINGS_AS_ERRORS: &str = "Octopus.Action.Package.TreatConfigTransformationWarningsAsErrors";
pub(crate) const IGNORE_ERRORS: &str = "Octopus.Action.Package.IgnoreConfigTransformationErrors";
const SUPPRESS_LOGGING: &str = "Octopus.Action.Package.SuppressConfigTransformationLogging";
pub(crate) const DIAGNOSTICS: &str =
    "Octopus.Action.Package.EnableDiagnosticsConfigTransformationLogging";

/// Where the host says that the enclosure is on the machine, so that absolute paths to it work.
const HOST_FOLDERS: [&str; 2] =
    ["Octopus.Action.Package.InstallationDirectoryPath", "OctopusOriginalPackageDirectoryPath"];

/// What becomes of warnings and errors of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Severity {
    /// The level that warnings are logged at. An error fails the step.
    pub warnings: Level,
    /// The level that errors are logged at.
    pub errors: Level,
    /// Whether the steps of the engine are logged.
    pub verbose: bool,
}

/// Everything that the step needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) explicit: Vec<Definition>,
    pub(crate) automatic: Vec<Definition>,
    pub(crate) additional_paths: Vec<String>,
    pub(crate) host_folders: Vec<String>,
    pub(crate) severity: Severity,
    pub(crate) ignore_errors: bool,
    pub(crate) diagnostics: bool,
}

impl Severity {
    /// By the two flags; ignoring errors goes before treating warnings as such.
    #[must_use]
    pub const fn new(warnings_as_errors: bool, ignore_errors: bool, verbose: bool) -> Self {
        let (warnings, errors) = match (ignore_errors, warnings_as_errors) {
            (true, _) => (Level::Info, Level::Warning),
            (false, true) => (Level::Error, Level::Error),
            (false, false) => (Level::Warning, Level::Error),
        };
        Self { warnings, errors, verbose }
    }
}

impl Settings {
    /// Reads the variables. `None` when the feature is not enabled.
    pub(crate) fn read(variables: &Variables) -> Result<Option<Self>, Error> {
        let failed = |name| move |source| Error::Variable { name, source };
        let text =
            |name| Ok::<_, Error>(variables.get(name).map_err(failed(name))?.unwrap_or_default());
        let flag = |name, default| variables.get_flag(name, default).map_err(failed(name));
        let list = |name| variables.get_strings(name, &[',']).map_err(failed(name));
        if !list(ENABLED_FEATURES)?.iter().any(|feature| feature == FEATURE) {
            return Ok(None);
        }
        let mut explicit = Vec::new();
        for item in text(ADDITIONAL)?.split([',', '\r', '\n']).map(str::trim) {
            if !item.is_empty() {
                let incomplete = || Error::Incomplete { definition: item.to_owned() };
                explicit.push(Definition::parse(item).ok_or_else(incomplete)?);
            }
        }
        let mut automatic = Vec::new();
        if flag(AUTOMATIC, false)? {
            for name in ["Release".to_owned(), text(ENVIRONMENT)?, text(TENANT)?] {
                if !name.trim().is_empty() {
                    automatic.extend(Definition::parse(&name));
                }
            }
        }
        let mut host_folders = Vec::new();
        for name in HOST_FOLDERS {
            host_folders.push(text(name)?);
        }
        host_folders.retain(|folder| !folder.trim().is_empty());
        let ignore_errors = flag(IGNORE_ERRORS, false)?;
        let verbose = !flag(SUPPRESS_LOGGING, false)?;
        Ok(Some(Self {
            explicit,
            automatic,
            additional_paths: list(ADDITIONAL_PATHS)?,
            host_folders,
            severity: Severity::new(flag(WARNINGS_AS_ERRORS, true)?, ignore_errors, verbose),
            ignore_errors,
            diagnostics: flag(DIAGNOSTICS, false)?,
        }))
    }

    /// Whether transforms by naming convention are wanted.
    pub(crate) fn is_automatic(&self) -> bool {
        !self.automatic.is_empty()
    }
}
