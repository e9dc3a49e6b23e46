//! How important what a hook says is.

use serde::{Deserialize, Serialize};

/// How important a message is.
///
/// Octopus has the same levels, except that its errors are what scripts print on standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Details.
    Verbose,
    /// What happens.
    #[default]
    Info,
    /// What should not be, and does not stop the hook.
    Warning,
    /// What went wrong.
    Error,
    /// What people should not miss.
    Highlight,
    /// What the hook waits for.
    Wait,
}
