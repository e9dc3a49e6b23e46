//! The grant: what one hook may do in one run, and why.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Access, ClockSource, Endpoint, HttpRule, Limits, RandomSource};

/// The terms of a grant, as plain data.
///
/// The default is the narrowest: the enclosure, a fixed clock, seeded random numbers, no variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct GrantTerms {
    /// How the hook may use its enclosure.
    pub enclosure: Access,
    /// The variables that it may read: names, never values.
    pub variables: Vec<VariableGrant>,
    /// Folders outside the enclosure.
    pub folders: Vec<ExtraFolder>,
    /// HTTP requests, for components.
    pub http: Vec<HttpRule>,
    /// TCP connections.
    pub tcp: Vec<Endpoint>,
    /// Host actions that it may request.
    pub actions: Vec<String>,
    /// Environment variables of the supervisor that are handed on under their own name.
    pub environment: Vec<String>,
    /// The clock that it reads.
    pub clock: ClockSource,
    /// Where its random bytes come from.
    pub random: RandomSource,
    /// How much of everything it may use.
    pub limits: Limits,
}

impl Default for GrantTerms {
    fn default() -> Self {
        Self {
            enclosure: Access::ReadWrite,
            variables: Vec::new(),
            folders: Vec::new(),
            http: Vec::new(),
            tcp: Vec::new(),
            actions: Vec::new(),
            environment: Vec::new(),
            clock: ClockSource::Fixed { unix_seconds: FIXED_CLOCK_UNIX_SECONDS },
            random: RandomSource::Seeded { seed: 0 },
            limits: Limits::default(),
        }
    }
}

/// 1980-01-01 00:00:00 UTC, the earliest time that every archive format can hold.
const FIXED_CLOCK_UNIX_SECONDS: u64 = 315_532_800;

/// A variable that a hook may read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VariableGrant {
    /// The variable's name as it is defined.
    pub name: String,
    /// Whether its value is secret.
    pub sensitive: bool,
}

/// A folder outside the enclosure that a hook sees.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExtraFolder {
    /// The folder on the target, absolute.
    pub host: PathBuf,
    /// The absolute path under which the hook sees it.
    pub guest: String,
    /// How it may be used.
    pub access: Access,
}

/// Why a grant is as it is: one statement that had a part in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reason {
    /// The statement's identifier: `@id` in a policy.
    pub statement: String,
    /// What it decided, in words.
    pub text: String,
}

/// What one hook may do in one run.
///
/// Policy makes grants; everybody else only reads them. [`Grant::issue`] is called by the policy
/// crate and by tests, nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grant {
    terms: GrantTerms,
    reasons: Vec<Reason>,
}

impl Grant {
    /// Makes a grant. For policy and for tests.
    #[must_use]
    pub fn issue(terms: GrantTerms, reasons: Vec<Reason>) -> Self {
        Self { terms, reasons }
    }

    /// What is granted.
    #[must_use]
    pub fn terms(&self) -> &GrantTerms {
        &self.terms
    }

    /// The statements that decided.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// Shorthand for the limits among the terms.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.terms.limits
    }

    /// Whether two runs under this grant see the same world: no real clock, no real randomness, no
    /// network, no folder that others may change.
    #[must_use]
    pub fn is_deterministic(&self) -> bool {
        let terms = &self.terms;
        matches!(terms.clock, ClockSource::Fixed { .. })
            && matches!(terms.random, RandomSource::Seeded { .. })
            && terms.http.is_empty()
            && terms.tcp.is_empty()
            && terms.folders.is_empty()
            && terms.actions.is_empty()
            && terms.environment.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_terms_are_deterministic_and_survive_serialisation() {
        let grant = Grant::issue(GrantTerms::default(), vec![]);
        assert!(grant.is_deterministic());
        let json = serde_json::to_string(&grant).unwrap();
        assert_eq!(serde_json::from_str::<Grant>(&json).unwrap(), grant);
    }

    #[test]
    fn a_real_clock_is_not_deterministic() {
        let terms = GrantTerms { clock: ClockSource::Real, ..GrantTerms::default() };
        assert!(!Grant::issue(terms, vec![]).is_deterministic());
    }
}
