//! What a hook is given: its variables, and facts about its deployment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One variable that the hook was granted.
///
/// `Debug` shows no value of a sensitive variable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookVariable {
    /// The name, exactly as defined.
    pub name: String,
    /// The evaluated value; `None` for a variable that is defined as null.
    pub value: Option<String>,
    /// The raw definition, which may be a template; `None` for null.
    pub definition: Option<String>,
    /// Whether the value is secret.
    pub sensitive: bool,
    /// Whether the definition is no template, however it looks: what another hook handed out is
    /// never evaluated.
    pub literal: bool,
}

impl fmt::Debug for HookVariable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &Option<String>| match text {
            Some(_) if self.sensitive => Some("***".to_owned()),
            other => other.clone(),
        };
        f.debug_struct("HookVariable")
            .field("name", &self.name)
            .field("value", &shown(&self.value))
            .field("definition", &shown(&self.definition))
            .field("sensitive", &self.sensitive)
            .field("literal", &self.literal)
            .finish()
    }
}

/// What a hook may know about the deployment that it is part of.
///
/// Everything is optional, because a hook can be run without a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentFacts {
    /// The deployment's identifier.
    pub deployment_id: Option<String>,
    /// The stage: `PreDeploy`, `Deploy`, ...
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

impl DeploymentFacts {
    /// The facts under the names of the environment variables in which preview 1 hooks find
    /// them; the SDK reads the same names.
    pub fn environment_variables(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("COFFERDAM_DEPLOYMENT_ID", &self.deployment_id),
            ("COFFERDAM_STAGE", &self.stage),
            ("COFFERDAM_PACKAGE_ID", &self.package_id),
            ("COFFERDAM_PACKAGE_VERSION", &self.package_version),
            ("COFFERDAM_ENVIRONMENT", &self.environment),
            ("COFFERDAM_TENANT", &self.tenant),
            ("COFFERDAM_PREVIOUS_VERSION", &self.previous_version),
            ("COFFERDAM_FAILURE", &self.failure),
        ]
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact.as_deref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensitive_value_is_not_shown() {
        let variable = HookVariable {
            name: "Password".into(),
            value: Some("hunter2".into()),
            definition: Some("hunter2".into()),
            sensitive: true,
            literal: false,
        };
        let shown = format!("{variable:?}");
        assert!(shown.contains("Password") && !shown.contains("hunter2"), "{shown}");
    }
}
