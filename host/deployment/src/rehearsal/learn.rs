//! `learn`: watches what hooks use, and writes the smallest policy that would do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cofferdam_capability::{
    Access, AddressRange, Capability, ClockSource, GrantTerms, HttpRule, Origin, RandomSource,
};
use cofferdam_policy::{Policy, PolicyError, Source, tables_to_cedar, tables_to_toml};
use cofferdam_sandbox::{CancelToken, HookReport, HttpExchange};
use memchr::memmem;

use super::lesson::{Learned, Lesson, manifest, tables};
use super::rehearse::RehearseError;
use super::report::{Rehearsal, RehearsedHook};
use super::scratch::{Scratch, ScratchError};
use super::stubs::Stubs;
use crate::plan::hook_modules;
use crate::{Change, HookName, HookSource, Plan, PlanError, PlannedHook, Services, Settings, plan};

/// What is granted while learning, beside what the policy grants.
const LEARNING: &str = include_str!("learning.cedar");

/// Why nothing was learned. The target is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LearnError {
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The statements that learning adds cannot be added, or what was learned is no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// There is no scratch folder.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// There is no rehearsal.
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
    /// The deployment fails, so what hooks use is not known to the end.
    #[error("the deployment fails in the rehearsal, and there is nothing to learn from half of it")]
    Fails(Box<Rehearsal>),
}

/// Rehearses the deployment while granting more than the policy does, watches what hooks use, writes
/// the smallest policy and manifest that would do, and rehearses again under that policy to see that
/// the same comes of it.
///
/// While learning, hooks get beside what the policy grants: variables that are not sensitive, the real
/// clock and random numbers, and answers of stubs to the requests that their manifests want.
/// Whatever the policy forbids they do not get.
///
/// Which variables a hook reads is known where it reads them through the typed interface. As
/// environment variables they are handed over all at once; if it looks at those at all, the ones count
/// whose names occur in the module.
/// Where the rehearsal under the learned policy shows that this was too little, the hook is granted
/// all that it was given, and a note says so.
///
/// # Errors
/// See [`LearnError`].
pub fn learn(
    settings: &Settings,
    services: &Services<'_>,
    scratch_parent: &Path,
    stubs: &Stubs,
    cancel: &CancelToken,
) -> Result<Lesson, LearnError> {
    let trial = Trial { settings, services, scratch_parent, stubs, cancel };
    let generous = services.policy.and(Source::cedar("learning", LEARNING))?;
    let modules = hook_modules(settings, services)?;
    let watched = trial.run(&generous)?;
    if !watched.status.is_success() {
        return Err(LearnError::Fails(Box::new(watched)));
    }
    let mut learned: Vec<Learned> =
        watched.hooks.iter().filter_map(|hook| learned(hook, &modules)).collect();
    let mut notes = Vec::new();
    let plan = trial.plan(&generous)?;
    for hook in unseen(&plan, &watched, &modules) {
        let (stage, name) = (&hook.hook.stage, &hook.hook.name);
        notes.push(format!(
            "the {stage} hook `{name}` did not run; it is granted the variables that its module \
             names, and nothing else"
        ));
        learned.push(hook);
    }
    let package = plan.package.id;
    let mut policy = tables(&package, &learned);
    let mut proof = trial.run(&exactly(&policy)?)?;
    let short = insufficient(&watched, &proof);
    if !short.is_empty() {
        for hook in learned.iter_mut().filter(|hook| short.contains(&hook.hook)) {
            let (stage, name) = (&hook.hook.stage, &hook.hook.name);
            notes.push(format!(
                "what the {stage} hook `{name}` reads could not be told; it is granted all variables \
                 that it was given"
            ));
            hook.terms = hook.given.clone();
        }
        policy = tables(&package, &learned);
        proof = trial.run(&exactly(&policy)?)?;
        notes.extend(insufficient(&watched, &proof).into_iter().map(|hook| {
            let (stage, name) = (&hook.stage, &hook.name);
            format!(
                "under the learned policy the {stage} hook `{name}` does something else; look at \
                 the two rehearsals before you use it"
            )
        }));
    }
    Ok(Lesson {
        policy_toml: tables_to_toml(&policy),
        policy_cedar: tables_to_cedar("learned", &policy)?,
        manifest: manifest(&learned),
        rehearsal: proof,
        notes,
    })
}

fn exactly(tables: &cofferdam_policy::GrantTables) -> Result<Policy, PolicyError> {
    Policy::from_source(Source::toml("the learned policy", tables_to_toml(tables)))
}

/// What every rehearsal of a lesson has in common.
struct Trial<'t> {
    settings: &'t Settings,
    services: &'t Services<'t>,
    scratch_parent: &'t Path,
    stubs: &'t Stubs,
    cancel: &'t CancelToken,
}

impl Trial<'_> {
    fn services<'s>(&'s self, policy: &'s Policy) -> Services<'s> {
        Services {
            runner: self.services.runner,
            policy,
            trust: self.services.trust,
            built_in: self.services.built_in,
            module_limits: self.services.module_limits.clone(),
            plan_key: self.services.plan_key.clone(),
            http: self.services.http,
        }
    }

    fn run(&self, policy: &Policy) -> Result<Rehearsal, LearnError> {
        let services = self.services(policy);
        let deployment = plan(self.settings.clone(), &services)?;
        let scratch = Scratch::make(self.scratch_parent)?;
        Ok(deployment.rehearse(&scratch, self.stubs.log(), &mut [], self.cancel)?)
    }

    fn plan(&self, policy: &Policy) -> Result<Plan, LearnError> {
        let services = self.services(policy);
        Ok(plan(self.settings.clone(), &services)?.plan().clone())
    }
}

/// What a hook used of what it was granted. Built-in hooks need no policy of the operator's.
fn learned(hook: &RehearsedHook, modules: &BTreeMap<String, Vec<u8>>) -> Option<Learned> {
    let grant = hook.grant.as_ref().filter(|_| hook.hook.source != HookSource::BuiltIn)?;
    let report = hook.report.as_ref()?;
    let given = grant.terms();
    let module = modules.get(&hook.sha256).map_or(&[][..], Vec::as_slice);
    // The environment is read as a whole, if at all.
    let mentions =
        |name: &str| report.read_environment && memmem::find(module, name.as_bytes()).is_some();
    let used = |capability: &Capability| report.used.contains(capability);
    let mut terms = given.clone();
    // Policy sees more variables than a hook is given: those that have no value yet.
    terms.variables.retain(|variable| {
        let typed = Capability::Variable { name: variable.name.clone() };
        hook.variables.contains(&variable.name) && (used(&typed) || mentions(&variable.name))
    });
    terms.environment.retain(|name| mentions(name));
    terms.http = requested(report, &given.http);
    terms.folders.retain(|folder| {
        used(&Capability::Folder { host: folder.host.clone(), access: folder.access })
    });
    if !used(&Capability::Clock(ClockSource::Real)) {
        terms.clock = GrantTerms::default().clock;
    }
    if !used(&Capability::Random(RandomSource::Real)) {
        terms.random = GrantTerms::default().random;
    }
    if hook.changes.is_empty() && report.written_bytes == 0 && report.files_created == 0 {
        terms.enclosure = Access::ReadOnly;
    }
    let mut given = GrantTerms { variables: given.variables.clone(), ..terms.clone() };
    given.enclosure = grant.terms().enclosure;
    given.variables.retain(|variable| hook.variables.contains(&variable.name));
    Some(Learned { hook: hook.hook.clone(), terms, given })
}

/// The hooks that are planned and did not run, as those at DeployFailed.
fn unseen(plan: &Plan, watched: &Rehearsal, modules: &BTreeMap<String, Vec<u8>>) -> Vec<Learned> {
    let name = |(convention, hook): (u8, &PlannedHook)| HookName {
        convention,
        stage: hook.stage.clone(),
        source: hook.source,
        name: hook.name.clone(),
    };
    let planned = plan.hooks().filter(|(_, hook)| hook.source != HookSource::BuiltIn);
    let unseen = planned.filter(|planned| {
        let name = name(*planned);
        !watched.hooks.iter().any(|seen| seen.hook == name)
    });
    unseen
        .map(|(convention, hook)| {
            let module = modules.get(&hook.sha256).map_or(&[][..], Vec::as_slice);
            let given = hook.grant.terms();
            let mut terms = GrantTerms { limits: given.limits.clone(), ..GrantTerms::default() };
            terms.variables.clone_from(&given.variables);
            terms.variables.retain(|v| memmem::find(module, v.name.as_bytes()).is_some());
            Learned { hook: name((convention, hook)), given: terms.clone(), terms }
        })
        .collect()
}

/// The origins and methods that a hook asked for. Where their names may lead is as it was granted: a
/// rehearsal resolves none.
fn requested(report: &HookReport, granted: &[HttpRule]) -> Vec<HttpRule> {
    let mut methods: BTreeMap<(Origin, Vec<AddressRange>), BTreeSet<String>> = BTreeMap::new();
    for HttpExchange { origin, method, .. } in &report.http {
        let rule = granted.iter().find(|rule| rule.covers(origin, method));
        let addresses = rule.map(|rule| rule.addresses.clone()).unwrap_or_default();
        methods.entry((origin.clone(), addresses)).or_default().insert(method.clone());
    }
    methods
        .into_iter()
        .map(|((origin, addresses), methods)| {
            let methods = methods.into_iter().collect();
            HttpRule { origin, methods, addresses }
        })
        .collect()
}

/// The hooks that did not do the same under the learned policy. Contents may differ where time or
/// chance is granted.
fn insufficient(watched: &Rehearsal, proof: &Rehearsal) -> Vec<HookName> {
    let hooks = watched.hooks.iter().enumerate();
    let short = hooks.filter(|(position, hook)| {
        !proof.hooks.get(*position).is_some_and(|other| does_the_same(hook, other))
    });
    short.map(|(_, hook)| hook.hook.clone()).collect()
}

fn does_the_same(watched: &RehearsedHook, proof: &RehearsedHook) -> bool {
    let steady =
        |hook: &RehearsedHook| hook.grant.as_ref().is_some_and(|grant| grant.is_deterministic());
    let exact = steady(watched) && steady(proof);
    let files = |hook: &RehearsedHook| -> Vec<_> {
        let content = |change: &Change| change.sha256.clone().filter(|_| exact);
        let changes = hook.changes.iter();
        changes.map(|change| (change.path.clone(), change.what, content(change))).collect()
    };
    let outputs = |hook: &RehearsedHook| -> Vec<_> {
        let outputs = hook.outputs.iter();
        outputs.map(|o| (o.name.clone(), exact.then(|| o.value.clone()))).collect()
    };
    let asked = |hook: &RehearsedHook| (hook.refused.len(), hook.requests.clone());
    watched.hook == proof.hook
        && watched.succeeded == proof.succeeded
        && asked(watched) == asked(proof)
        && files(watched) == files(proof)
        && outputs(watched) == outputs(proof)
}
