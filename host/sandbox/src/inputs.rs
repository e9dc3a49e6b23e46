//! What a hook is given: variables, environment, facts about its deployment.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{CancelToken, HttpBroker};

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

/// Everything that one run is given besides its grant.
#[derive(Default)]
pub struct Inputs<'a> {
    /// The variables; the worker's memory holds these and no other.
    pub variables: &'a [HookVariable],
    /// Further environment variables, after the facts and the variables; the later one of two
    /// with the same name wins.
    pub environment: Vec<(String, String)>,
    /// What the hook may know about its deployment.
    pub facts: DeploymentFacts,
    /// The arguments after the program's name.
    pub arguments: Vec<String>,
    /// Stops the run from another thread.
    pub cancel: CancelToken,
    /// Who carries out the HTTP requests of components; without one they are all refused.
    pub http: Option<&'a mut dyn HttpBroker>,
    /// Folders that are opened in the place of granted ones.
    pub stand_ins: Vec<StandIn>,
}

/// A folder that is opened in the place of a granted one: what a rehearsal may write to instead of
/// the real one. The hook sees it at the place, and with the access, that the grant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The folder as it is granted.
    pub granted: PathBuf,
    /// The folder that is opened.
    pub opened: PathBuf,
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs")
            .field("variables", &self.variables)
            .field("facts", &self.facts)
            .field("arguments", &self.arguments)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
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
