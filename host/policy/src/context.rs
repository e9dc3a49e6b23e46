//! Where, when and for whom a deployment happens: what policies see as `context`.

use serde::{Deserialize, Serialize};

/// The circumstances of one deployment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Context {
    /// The machine that is deployed to.
    pub target: String,
    /// The environment; policies see an absent one as `""`.
    pub environment: Option<String>,
    /// The tenant; policies see an absent one as `""`.
    pub tenant: Option<String>,
    /// Who started the deployment.
    pub operator: String,
    /// The time of the decision, in seconds since 1970-01-01 UTC.
    pub time_unix_seconds: u64,
    /// The walls that the operating system puts around a worker here.
    pub walls: WallsContext,
    /// The variables that are defined: names, never values.
    pub variables: Vec<VariableFacts>,
}

/// Which walls the operating system puts around a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WallsContext {
    /// Files outside the enclosure are out of reach (Landlock).
    pub filesystem: bool,
    /// System calls that a worker does not need are out of reach (seccomp).
    pub system_calls: bool,
    /// The network is out of reach.
    pub network: bool,
}

/// A variable that is defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VariableFacts {
    /// Its name as it is defined; names compare ignoring case.
    pub name: String,
    /// Whether its value is secret.
    pub sensitive: bool,
}
