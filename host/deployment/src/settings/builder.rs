//! `SettingsBuilder`: from options and variables, in whatever order they come, to `Settings`.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use base64::Engine as _;
use cofferdam_package::ExtractLimits;
use cofferdam_variables::{Layer, Layers, Value, VariableSet};

use super::options::names;
use super::settings::{CustomInstallation, DEFAULT_GRACE_PERIOD_MS, DEFAULT_LOCK_TIMEOUT_MS};
use crate::feature::CUSTOM_SCRIPTS;
use crate::{CustomHook, HookModule, RetentionRule, Settings, SettingsError, SettingsFile, Stage};

const MIB: u64 = 1024 * 1024;

/// Octopus's default for what must remain free.
const DEFAULT_FREE_SPACE_MIB: u64 = 500;

/// The endings of scripts that Octopus runs from variables and Cofferdam does not.
const SCRIPT_SYNTAXES: [&str; 4] = ["ps1", "csx", "sh", "py"];

/// Gathers options and variables; [`build`](Self::build) validates them.
///
/// An option of the command line is the Octopus variable that the [table](crate::OPTIONS) names, so that
/// there is one precedence for both (see `cofferdam_variables`).
#[derive(Debug, Clone)]
pub struct SettingsBuilder {
    package: PathBuf,
    layers: Layers,
    /// The root, where no variable names one. Default: `$HOME/Applications`.
    pub root_otherwise: Option<PathBuf>,
    /// Who started the deployment. Default: the environment's `USER`, or `unknown`.
    pub operator: Option<String>,
    /// Custom hooks in files.
    pub custom_hooks: Vec<CustomHook>,
    /// The operator's catalogue of features.
    pub features_dir: Option<PathBuf>,
    /// Where artifacts are kept.
    pub artifacts_dir: Option<PathBuf>,
    /// How many old deployments are kept.
    pub retention: RetentionRule,
    /// What a package may be.
    pub extract_limits: ExtractLimits,
    /// Default: [`DEFAULT_LOCK_TIMEOUT_MS`](crate::DEFAULT_LOCK_TIMEOUT_MS).
    pub lock_timeout_ms: u64,
    /// Default: [`DEFAULT_GRACE_PERIOD_MS`](crate::DEFAULT_GRACE_PERIOD_MS).
    pub grace_period_ms: u64,
    /// Default: `true`.
    pub keep_failed_folder: bool,
}

impl SettingsBuilder {
    /// Settings for deploying this file.
    #[must_use]
    pub fn new(package: impl Into<PathBuf>) -> Self {
        Self {
            package: package.into(),
            layers: Layers::new(),
            root_otherwise: None,
            operator: None,
            custom_hooks: Vec::new(),
            features_dir: None,
            artifacts_dir: None,
            retention: RetentionRule::default(),
            extract_limits: ExtractLimits::default(),
            lock_timeout_ms: DEFAULT_LOCK_TIMEOUT_MS,
            grace_period_ms: DEFAULT_GRACE_PERIOD_MS,
            keep_failed_folder: true,
        }
    }

    /// Takes what a settings file says. What is set here afterwards wins over it.
    pub fn settings_file(&mut self, file: SettingsFile) {
        self.layers.extend(Layer::Settings, file.variables);
        self.custom_hooks.extend(file.custom_hooks);
        self.features_dir = file.features_dir.or(self.features_dir.take());
        self.artifacts_dir = file.artifacts_dir.or(self.artifacts_dir.take());
        self.retention.keep = file.retention.keep.or(self.retention.keep);
        self.retention.keep_days = file.retention.keep_days.or(self.retention.keep_days);
        self.lock_timeout_ms = file.lock_timeout_ms.unwrap_or(self.lock_timeout_ms);
        self.grace_period_ms = file.grace_period_ms.unwrap_or(self.grace_period_ms);
        self.keep_failed_folder = file.keep_failed_folder.unwrap_or(self.keep_failed_folder);
    }

    /// Sets a variable.
    pub fn variable(&mut self, layer: Layer, name: &str, value: Value) {
        self.layers.add(layer, name, value);
    }

    /// Sets many variables, as a file holds them.
    pub fn variables(&mut self, layer: Layer, variables: Vec<(String, Value)>) {
        self.layers.extend(layer, variables);
    }

    /// The layer that a variable's value comes from.
    #[must_use]
    pub fn origin(&self, variable: &str) -> Option<Layer> {
        self.layers.origin(variable)
    }

    /// Validates, and evaluates what options are read from.
    ///
    /// # Errors
    /// See [`SettingsError`].
    pub fn build(mut self) -> Result<Settings, SettingsError> {
        self.layers.add(Layer::Default, names::MACHINE, Value::plain(host_name()));
        let layers = std::mem::take(&mut self.layers);
        let variables = layers.into_set();
        let features = variables.list(names::FEATURES)?;
        let mut custom_hooks = self.custom_hooks;
        for hook in &custom_hooks {
            if !hook.stage.is_open_to_all() {
                return Err(SettingsError::CustomHookStage(hook.stage));
            }
        }
        if features.iter().any(|feature| feature == CUSTOM_SCRIPTS) {
            custom_hooks.extend(hooks_in_variables(&variables)?);
        }
        Ok(Settings {
            package: self.package,
            root: root(&variables, self.root_otherwise)?,
            environment: variables.text(names::ENVIRONMENT)?,
            tenant: variables.text(names::TENANT)?,
            machine: variables.text(names::MACHINE)?.unwrap_or_else(host_name),
            action: variables.text(names::ACTION)?,
            feed: variables.text(names::FEED)?,
            operator: self.operator.unwrap_or_else(user_name),
            features,
            custom_hooks,
            features_dir: self.features_dir,
            artifacts_dir: self.artifacts_dir.map(absolute).transpose()?,
            installation: installation(&variables)?,
            run_package_hooks: variables.flag(names::RUN_HOOKS, true)?,
            delete_hooks: variables.flag(names::DELETE_HOOKS, true)?,
            fail_on_error_output: variables.flag(names::FAIL_ON_ERROR_OUTPUT, false)?,
            skip_if_installed: variables.flag(names::SKIP_IF_INSTALLED, false)?,
            skip_journal: variables.flag(names::SKIP_JOURNAL, false)?,
            update_app_settings: variables.flag(names::UPDATE_APP_SETTINGS, false)?,
            update_iis: variables.flag(names::UPDATE_IIS, false)?,
            policy_set: variables.text(names::POLICY_SET)?,
            retention: self.retention,
            free_space_bytes: free_space_bytes(&variables)?,
            extract_limits: extract_limits(&variables, self.extract_limits)?,
            lock_timeout_ms: self.lock_timeout_ms,
            grace_period_ms: self.grace_period_ms,
            keep_failed_folder: self.keep_failed_folder,
            variables,
        })
    }
}

fn root(variables: &VariableSet, otherwise: Option<PathBuf>) -> Result<PathBuf, SettingsError> {
    let given = variables.evaluate_strictly(names::ROOT)?;
    match given.as_ref().map(Value::expose_or_empty).map(str::trim).filter(|root| !root.is_empty())
    {
        Some(root) => absolute(PathBuf::from(root)),
        None if otherwise.is_some() => absolute(otherwise.unwrap_or_default()),
        None => match std::env::var_os("HOME").filter(|home| !home.is_empty()) {
            Some(home) => Ok(Path::new(&home).join("Applications")),
            None => Err(SettingsError::NoRoot),
        },
    }
}

/// Makes a path absolute by the current folder, without looking at the file system.
fn absolute(path: PathBuf) -> Result<PathBuf, SettingsError> {
    std::path::absolute(&path).map_err(|source| SettingsError::Read { path, source })
}

fn installation(variables: &VariableSet) -> Result<Option<CustomInstallation>, SettingsError> {
    let value = variables.evaluate_strictly(names::INSTALLATION)?;
    let folder = value.as_ref().map_or("", Value::expose_or_empty).trim();
    if folder.is_empty() {
        return Ok(None);
    }
    let folder = PathBuf::from(folder);
    if !folder.is_absolute() {
        return Err(SettingsError::NotAbsolute {
            what: "the custom installation folder",
            path: folder,
        });
    }
    Ok(Some(CustomInstallation {
        folder,
        purge: variables.flag(names::PURGE, false)?,
        purge_exclusions: variables.path_list(names::PURGE_EXCLUSIONS)?,
    }))
}

fn number(variables: &VariableSet, name: &str) -> Result<Option<u64>, SettingsError> {
    let Some(text) = variables.text(name)? else { return Ok(None) };
    let expected = "a whole number";
    let invalid = |_| SettingsError::Value { variable: name.to_owned(), expected };
    u64::from_str(&text).map(Some).map_err(invalid)
}

fn free_space_bytes(variables: &VariableSet) -> Result<Option<u64>, SettingsError> {
    if variables.flag(names::SKIP_FREE_SPACE, false)? {
        return Ok(None);
    }
    let mib = number(variables, names::FREE_SPACE_MIB)?.unwrap_or(DEFAULT_FREE_SPACE_MIB);
    Ok(Some(mib.saturating_mul(MIB)))
}

/// Octopus's limits of archives can only tighten Cofferdam's, which are always in force.
fn extract_limits(
    variables: &VariableSet,
    mut limits: ExtractLimits,
) -> Result<ExtractLimits, SettingsError> {
    if variables.flag(names::ARCHIVE_LIMITS_ENABLED, false)? {
        let bytes = number(variables, names::ARCHIVE_MAX_BYTES).unwrap_or(None);
        if let Some(bytes) = bytes.filter(|bytes| *bytes > 0) {
            limits.max_total_bytes = limits.max_total_bytes.min(bytes);
        }
        let ratio = number(variables, names::ARCHIVE_MAX_RATIO).unwrap_or(None);
        if let Some(ratio) = ratio.filter(|ratio| *ratio > 0) {
            limits.max_ratio = limits.max_ratio.min(ratio);
        }
    }
    Ok(limits)
}

/// Hooks in `Octopus.Action.CustomScripts.<Stage>.<syntax>` variables. DeployFailed is not among the
/// stages: Octopus never reads it.
fn hooks_in_variables(variables: &VariableSet) -> Result<Vec<CustomHook>, SettingsError> {
    let mut hooks = Vec::new();
    for stage in [Stage::PreDeploy, Stage::Deploy, Stage::PostDeploy] {
        let name_of = |syntax: &str| format!("{}{stage}.{syntax}", names::CUSTOM_SCRIPTS);
        for syntax in SCRIPT_SYNTAXES {
            let name = name_of(syntax);
            let body = variables.get(&name).map_or("", Value::expose_or_empty);
            if !body.trim().is_empty() {
                return Err(SettingsError::ScriptVariable { name, stage });
            }
        }
        let (text, binary) = (name_of("wat"), name_of("wasm"));
        // Neither is evaluated as a template: a module is not a text to fill in.
        if let Some(body) =
            variables.get(&text).and_then(Value::expose).filter(|b| !b.trim().is_empty())
        {
            let bytes = body.as_bytes().to_vec();
            hooks.push(CustomHook { stage, module: HookModule::Variable { name: text, bytes } });
        }
        if let Some(body) =
            variables.get(&binary).and_then(Value::expose).filter(|b| !b.trim().is_empty())
        {
            let compact: String = body.split_whitespace().collect();
            let bytes =
                base64::engine::general_purpose::STANDARD.decode(compact).map_err(|error| {
                    SettingsError::HookVariable { name: binary.clone(), message: error.to_string() }
                })?;
            hooks.push(CustomHook { stage, module: HookModule::Variable { name: binary, bytes } });
        }
    }
    Ok(hooks)
}

fn host_name() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    if name.is_empty() { "localhost".to_owned() } else { name }
}

fn user_name() -> String {
    let named = |variable| std::env::var(variable).ok().filter(|name: &String| !name.is_empty());
    named("USER").or_else(|| named("USERNAME")).unwrap_or_else(|| "unknown".to_owned())
}
