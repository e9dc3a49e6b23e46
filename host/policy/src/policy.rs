//! The policy: statements in force, ready to be asked.

use cofferdam_capability::{Grant, GrantTerms, Reason, VariableGrant};

use crate::{Context, HookFacts, HookOrigin, PackageFacts, Refusal, Verdict};

/// The statements in force.
#[derive(Debug, Clone)]
pub struct Policy {
    digest: String,
}

impl Policy {
    /// The policy that applies when the operator has none.
    #[must_use]
    pub fn built_in() -> Self {
        Self { digest: format!("sha256:{}", "0".repeat(64)) }
    }

    /// SHA-256 of every statement in force, as `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Decides whether a package may be deployed at all.
    ///
    /// # Errors
    /// When it may not.
    pub fn decide_package(
        &self,
        package: &PackageFacts,
        _context: &Context,
    ) -> Result<Vec<Reason>, Refusal> {
        Ok(vec![Reason {
            statement: "default.deploy-packages".to_owned(),
            text: format!("package {} may be deployed", package.id),
        }])
    }

    /// Decides whether a hook may run, and with what.
    #[must_use]
    pub fn decide(&self, hook: &HookFacts, context: &Context) -> Verdict {
        let variables = context
            .variables
            .iter()
            .filter(|v| !v.sensitive || hook.origin == HookOrigin::BuiltIn)
            .map(|v| VariableGrant { name: v.name.clone(), sensitive: v.sensitive })
            .collect();
        let terms = GrantTerms { variables, ..GrantTerms::default() };
        let reason = Reason {
            statement: "default.run-hooks".to_owned(),
            text: format!("hook `{}` may run", hook.name),
        };
        Verdict::Granted(Grant::issue(terms, vec![reason]))
    }
}
