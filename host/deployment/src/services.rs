//! `Services`: what a deployment needs from its surroundings.

use std::borrow::Cow;

use cofferdam_audit::Trust;
use cofferdam_capability::Limits;
use cofferdam_policy::Policy;
use cofferdam_sandbox::HttpBroker;

use crate::{HookRunner, PlanKey, Stage};

/// What a deployment needs from its surroundings.
pub struct Services<'a> {
    /// Who runs hooks.
    pub runner: &'a dyn HookRunner,
    /// Who decides what they may do.
    pub policy: &'a Policy,
    /// Whose signatures count.
    pub trust: &'a Trust,
    /// The hooks that ship with Cofferdam.
    pub built_in: &'a dyn BuiltInHooks,
    /// What holds while modules are read and compiled, before policy is asked about them.
    pub module_limits: Limits,
    /// What the digest of the variables in a plan is keyed with.
    pub plan_key: PlanKey,
    /// Makes who carries out the HTTP requests of one hook; without it they are all refused.
    pub http: Option<&'a dyn Fn() -> Box<dyn HttpBroker>>,
}

/// The hooks that ship with Cofferdam, as WebAssembly.
pub trait BuiltInHooks {
    /// The hook that does a configuration convention, by the name that the table of conventions
    /// gives it.
    fn configuration(&self, name: &str) -> Option<Cow<'_, [u8]>>;

    /// The hook of a feature at a stage.
    fn feature(&self, feature: &str, stage: Stage) -> Option<Cow<'_, [u8]>> {
        let _ = (feature, stage);
        None
    }
}

/// No built-in hooks.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBuiltInHooks;

impl BuiltInHooks for NoBuiltInHooks {
    fn configuration(&self, _name: &str) -> Option<Cow<'_, [u8]>> {
        None
    }
}
