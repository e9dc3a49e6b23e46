//! One statement of a policy: what Cedar evaluates, and what its annotations say.

use cedar_policy::{Effect, Policy as CedarPolicy};
use cofferdam_capability::{Access, LimitName};

use crate::source::Place;

/// A statement in force.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    /// `@id`, or `FILE:LINE` when there is none.
    pub(crate) id: String,
    /// Whether the identifier was written, not made up.
    pub(crate) has_written_id: bool,
    /// `@reason`.
    pub(crate) reason: Option<String>,
    /// `@limit_...`: limits for the hooks whose run, or limits, it permits.
    pub(crate) limits: Vec<(LimitName, u64)>,
    /// `@enclosure`: how the hook may use its enclosure.
    pub(crate) enclosure: Option<Access>,
    /// `@guest`: where the hook sees the folder that is granted.
    pub(crate) guest: Option<String>,
    /// Where it was written.
    pub(crate) place: Place,
    /// Annotations that mean nothing to us.
    pub(crate) unknown_annotations: Vec<String>,
    /// What Cedar evaluates, under the same identifier.
    pub(crate) cedar: CedarPolicy,
}

impl Statement {
    pub(crate) fn is_permit(&self) -> bool {
        self.cedar.effect() == Effect::Permit
    }

    /// The identifier with the reason: "`no-secrets` (secrets stay in the vault)".
    pub(crate) fn cite(&self) -> String {
        match &self.reason {
            Some(reason) => format!("`{}` ({reason})", self.id),
            None => format!("`{}`", self.id),
        }
    }
}
