//! What the hook may know about the deployment that it is part of.

/// The facts; each is `None` when there is no such thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The deployment's identifier.
    pub deployment_id: Option<String>,
    /// The stage that the hook runs at: `PreDeploy`, `Deploy`, ...
    pub stage: Option<String>,
    /// The package's identifier.
    pub package_id: Option<String>,
    /// The package's version.
    pub package_version: Option<String>,
    /// The environment that is deployed to.
    pub environment: Option<String>,
    /// The tenant that is deployed for.
    pub tenant: Option<String>,
    /// The version that the last successful deployment installed.
    pub previous_version: Option<String>,
    /// What failed, for a hook at `DeployFailed`.
    pub failure: Option<String>,
}

/// The facts of this deployment.
#[must_use]
pub fn get() -> Facts {
    crate::channel::facts()
}
