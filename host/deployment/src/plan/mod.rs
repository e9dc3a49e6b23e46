//! The plan: what a deployment would do, as data.

mod compare;
mod discover;
mod error;
mod key;
mod lone_hook;
mod make;
mod modules;
mod names;
#[expect(clippy::module_inception, reason = "the module holds the type of its name")]
mod plan;
mod refusals;
mod saved;
mod signature;
mod survey;
mod vouch;

pub use compare::Difference;
pub use error::PlanError;
pub use key::{PlanKey, PlanKeyError};
pub use lone_hook::survey_hook;
pub use make::plan;
pub use names::{RootFile, root_file};
pub use plan::{
    Deployment, PLAN_FORMAT, Plan, PlannedAction, PlannedConvention, PlannedHook,
    PlannedInstallation, PlannedPackage, PlannedWant,
};
pub use refusals::Refusals;
pub use saved::SavedPlan;
pub use signature::{PlannedProvenance, PlannedSignature, SignatureStanding};
pub use survey::{Survey, survey};

pub(crate) use discover::is_wanted;
pub(crate) use make::{check_settings, on_ground, variable_facts};
pub(crate) use modules::hook_modules;
pub(crate) use names::belongs_to_hook_of;
pub(crate) use plan::{HookIndex, Materials};
pub(crate) use survey::Ground;
