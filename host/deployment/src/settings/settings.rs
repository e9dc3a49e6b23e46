//! `Settings`: everything that decides what a deployment does, validated.

use std::path::PathBuf;

use cofferdam_package::ExtractLimits;
use cofferdam_variables::VariableSet;

use crate::{CustomHook, RetentionRule};

/// How long a deployment waits for another one to the same root: longer than deployments usually take.
pub const DEFAULT_LOCK_TIMEOUT_MS: u64 = 30 * 60 * 1000;

/// How long the DeployFailed hooks may take after the operator interrupted a deployment.
pub const DEFAULT_GRACE_PERIOD_MS: u64 = 30 * 1000;

/// Everything that decides what a deployment does. Made by [`SettingsBuilder`](crate::SettingsBuilder).
#[derive(Debug, Clone)]
pub struct Settings {
    /// The package file.
    pub package: PathBuf,
    /// The folder below which packages are extracted; absolute.
    pub root: PathBuf,
    /// The environment, if there is one.
    pub environment: Option<String>,
    /// The tenant, if there is one.
    pub tenant: Option<String>,
    /// The name of the target.
    pub machine: String,
    /// The name of the step, if there is one.
    pub action: Option<String>,
    /// The feed that the package was fetched from, as whoever fetched it says; `None` for a file.
    pub feed: Option<String>,
    /// Who started the deployment.
    pub operator: String,
    /// The features that are enabled, in order.
    pub features: Vec<String>,
    /// Hooks that the operator hands in, in the order in which they run within a stage.
    pub custom_hooks: Vec<CustomHook>,
    /// The operator's catalogue: a folder of `Feature_Stage.wasm` files.
    pub features_dir: Option<PathBuf>,
    /// Where artifacts are kept; absolute. `None`: in the root's own folder.
    pub artifacts_dir: Option<PathBuf>,
    /// The custom installation folder, absolute.
    pub installation: Option<CustomInstallation>,
    /// Whether the package's own hooks run.
    pub run_package_hooks: bool,
    /// Whether the package's hooks are deleted after they ran.
    pub delete_hooks: bool,
    /// Whether printing on standard error is a failure.
    pub fail_on_error_output: bool,
    /// Whether nothing is done when this version is installed.
    pub skip_if_installed: bool,
    /// Whether the deployment is left out of the journal.
    pub skip_journal: bool,
    /// Whether settings in `*.config` files are set (convention 10 needs it beside its feature).
    pub update_app_settings: bool,
    /// Whether an IIS web site should be changed, which is refused.
    pub update_iis: bool,
    /// The set that retention and previous installations are compared within.
    pub policy_set: Option<String>,
    /// How many old deployments are kept.
    pub retention: RetentionRule,
    /// Bytes that must remain free beside the package's files; `None`: not looked at.
    pub free_space_bytes: Option<u64>,
    /// What a package may be.
    pub extract_limits: ExtractLimits,
    /// How long to wait for another deployment to the same root.
    pub lock_timeout_ms: u64,
    /// How long DeployFailed hooks may take after the deployment was cancelled.
    pub grace_period_ms: u64,
    /// Whether the extraction folder of a deployment that failed in a hook is kept, to be looked at.
    pub keep_failed_folder: bool,
    /// All variables.
    pub variables: VariableSet,
}

/// The custom installation folder and how it is treated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomInstallation {
    /// The folder; absolute.
    pub folder: PathBuf,
    /// Whether it is emptied first.
    pub purge: bool,
    /// What purging keeps: patterns relative to the folder.
    pub purge_exclusions: Vec<String>,
}
