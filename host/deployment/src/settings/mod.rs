//! What the operator wants: options, variables, files, gathered and validated once.

mod builder;
mod custom_hook;
mod error;
mod file;
mod options;
mod retention_rule;
#[expect(clippy::module_inception, reason = "the module holds the type of its name")]
mod settings;

pub use builder::SettingsBuilder;
pub use custom_hook::{CustomHook, HookModule};
pub use error::SettingsError;
pub use file::SettingsFile;
pub(crate) use options::names;
pub use options::{OPTIONS, Option as DeploymentOption, OptionKind, option};
pub use retention_rule::RetentionRule;
pub use settings::{
    CustomInstallation, DEFAULT_GRACE_PERIOD_MS, DEFAULT_LOCK_TIMEOUT_MS, Settings,
};
