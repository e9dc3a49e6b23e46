//! One statement of a policy: what Cedar evaluates, and what its annotations say.

use std::sync::OnceLock;

use cedar_policy::{Effect, Policy as CedarPolicy};
use cofferdam_capability::{Access, AddressRange, LimitName};

use crate::part::{Part, parts_of};
use crate::source::Place;
use crate::vocabulary::Action;

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
    /// `@addresses`: where the origins may lead that are granted.
    pub(crate) addresses: Vec<AddressRange>,
    /// Where it was written.
    pub(crate) place: Place,
    /// Whether it ships with Cofferdam, whatever the file of the operator's is called.
    pub(crate) is_shipped: bool,
    /// Annotations that mean nothing to us.
    pub(crate) unknown_annotations: Vec<String>,
    /// The actions that its scope lets through.
    pub(crate) actions: Vec<Action>,
    /// What Cedar evaluates, under the same identifier.
    pub(crate) cedar: CedarPolicy,
    /// Its parts, taken apart when somebody first asks why it does not apply.
    pub(crate) parts: OnceLock<Vec<Part>>,
}

impl Statement {
    pub(crate) fn is_permit(&self) -> bool {
        self.cedar.effect() == Effect::Permit
    }

    /// The parts that all have to be true for it to apply.
    pub(crate) fn parts(&self) -> &[Part] {
        self.parts.get_or_init(|| parts_of(&self.cedar))
    }

    /// The identifier with the reason: "`no-secrets` (secrets stay in the vault)".
    pub(crate) fn cite(&self) -> String {
        match &self.reason {
            Some(reason) => format!("`{}` ({reason})", self.id),
            None => format!("`{}`", self.id),
        }
    }
}
