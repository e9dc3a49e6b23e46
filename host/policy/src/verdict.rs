//! The answer to whether a hook may run, and with what.

use std::fmt;

use cofferdam_capability::Grant;
use serde::{Deserialize, Serialize};

/// What policy says of one hook in one deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one per hook; a box would be in everybody's way")]
pub enum Verdict {
    /// It may run, under this grant.
    Granted(Grant),
    /// It may not run.
    Refused(Refusal),
}

impl Verdict {
    /// The grant, when there is one.
    #[must_use]
    pub fn grant(&self) -> Option<&Grant> {
        match self {
            Self::Granted(grant) => Some(grant),
            Self::Refused(_) => None,
        }
    }
}

/// A question that was answered with no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refusal {
    /// The statement that refused; none when no statement permits.
    pub statement: Option<String>,
    /// Who asked for what: "the package hook `PreDeploy.wasm` at stage PreDeploy to run".
    pub asked: String,
    /// Why the answer is no, as a sentence without capital or full stop.
    pub why: String,
    /// The narrowest Cedar statement that, added to the policy, turns the answer into yes. None when
    /// a statement forbids or cannot be evaluated: no addition helps, that statement has to change.
    pub smallest_permit: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "policy does not allow {}: {}", self.asked, self.why)
    }
}

impl std::error::Error for Refusal {}
