//! Runs one hook: checks that it is the planned one, asks policy, gathers what it hands out.

use cofferdam_capability::{Capability, Grant, HttpRule, LimitName};
use cofferdam_policy::{Context, HookFacts, Policy, Question, Verdict};
use cofferdam_sandbox::{
    CancelToken, DeploymentFacts, HookError, HookEvent, HookReport, HookVariable, HttpBroker,
    Inputs, LogLevel,
};
use cofferdam_variables::Value;

use super::listen::Listener;
use super::run::Run;
use crate::changes::{ChangeKind, MAX_DEPTH, Snapshot};
use crate::derived;
use crate::grant_use::unused;
use crate::journal::HookEntry;
use crate::plan::HookIndex;
use crate::plan::variable_facts;
use crate::{
    Change, EventKind, Failure, HookName, HookRun, HookSource, ObserverError, OutputRecord,
    PlannedAction, PlannedHook,
};

impl Run<'_, '_> {
    /// Runs the hook at this place of the plan, in the present enclosure.
    pub(super) fn run_hook(
        &mut self,
        index: HookIndex,
        cancel: &CancelToken,
    ) -> Result<(), Failure> {
        let Some(planned) = self.planned_hook(index).cloned() else { return Ok(()) };
        self.hooks_ahead = self.hooks_ahead.saturating_sub(1);
        let name = HookName {
            convention: index.0,
            stage: planned.stage.clone(),
            source: planned.source,
            name: planned.name.clone(),
        };
        self.check_file(&planned)?;
        let grant = self.grant(index, &planned)?;
        let variables = self.hook_variables(&grant)?;
        self.reporter.report(EventKind::Decided {
            question: format!("what may the {} hook `{}` do", planned.stage, planned.name),
            reasons: grant.reasons().to_vec(),
        })?;
        self.reporter.report(EventKind::HookStarted {
            hook: name.clone(),
            sha256: planned.sha256.clone(),
            signers: planned.signers(),
            variables: variables.iter().map(|variable| variable.name.clone()).collect(),
        })?;
        let mut broker = self.services.http.map(|make| make());
        let http = broker.as_mut().map(|broker| &mut **broker as &mut dyn HttpBroker);
        let inputs = self.inputs(index.0, &planned, &grant, &variables, (cancel, http));
        let ran = self.execute(index, &name, &grant, inputs)?;
        self.account_for(name, &planned, grant, ran)
    }

    fn planned_hook(&self, (convention, position): HookIndex) -> Option<&PlannedHook> {
        let hooks = match usize::from(convention).checked_sub(1) {
            None => &self.plan.on_failure,
            Some(index) => match &self.plan.conventions.get(index)?.action {
                PlannedAction::Hooks(hooks) => hooks,
                PlannedAction::Run | PlannedAction::Nothing { .. } => return None,
            },
        };
        hooks.get(position)
    }

    /// What policy grants now. Other hooks have set variables since the plan was made, which policy
    /// decides about; everything else must be as planned.
    fn grant(&self, index: HookIndex, planned: &PlannedHook) -> Result<Grant, Failure> {
        let changed =
            || Failure::GrantChanged { stage: planned.stage.clone(), name: planned.name.clone() };
        let prepared = self.materials.hooks.get(&index).ok_or_else(changed)?;
        let context = Context {
            variables: variable_facts(&self.variables),
            ..self.materials.context.clone()
        };
        match self.services.policy.decide(&prepared.facts, &context) {
            Verdict::Refused(refusal) => Err(Failure::Refused(Box::new(refusal))),
            Verdict::Granted(grant) => {
                let mut terms = grant.terms().clone();
                terms.variables.clone_from(&planned.grant.terms().variables);
                if terms == *planned.grant.terms() { Ok(grant) } else { Err(changed()) }
            }
        }
    }

    /// The granted variables with their values. One that turns out sensitive without having been
    /// granted as that, and one that cannot be evaluated, are left out, and people are told.
    fn hook_variables(&mut self, grant: &Grant) -> Result<Vec<HookVariable>, Failure> {
        let mut given = Vec::new();
        let mut left_out = Vec::new();
        for granted in &grant.terms().variables {
            let Some(definition) = self.variables.definition(&granted.name) else { continue };
            let value = match self.variables.evaluate(&granted.name) {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err(error) => {
                    left_out.push(error.to_string());
                    continue;
                }
            };
            let sensitive = value.is_sensitive() || definition.value.is_sensitive();
            if sensitive && !granted.sensitive {
                left_out.push(format!("`{}` is made of a sensitive variable", definition.name));
                continue;
            }
            given.push(HookVariable {
                name: definition.name.to_owned(),
                value: value.expose().map(str::to_owned),
                definition: definition.value.expose().map(str::to_owned),
                sensitive,
                literal: definition.literal,
            });
        }
        for why in left_out {
            self.say(LogLevel::Warning, format!("a variable is not given to the hook: {why}"))?;
        }
        Ok(given)
    }

    fn inputs<'v>(
        &self,
        convention: u8,
        planned: &PlannedHook,
        grant: &Grant,
        variables: &'v [HookVariable],
        (cancel, http): (&CancelToken, Option<&'v mut dyn HttpBroker>),
    ) -> Inputs<'v> {
        let environment = grant.terms().environment.iter();
        let environment = environment
            .filter_map(|name| Some((name.clone(), std::env::var(name).ok()?)))
            .collect();
        let failure = self.variables.get(derived::LAST_ERROR_MESSAGE).filter(|_| convention == 0);
        Inputs {
            variables,
            environment,
            facts: DeploymentFacts {
                deployment_id: Some(self.id.to_string()),
                stage: Some(planned.stage.clone()),
                package_id: Some(self.plan.package.id.clone()),
                package_version: Some(self.plan.package.version.clone()),
                environment: self.settings.environment.clone(),
                tenant: self.settings.tenant.clone(),
                previous_version: self.previous_version.clone(),
                failure: failure.and_then(Value::expose).map(str::to_owned),
            },
            arguments: Vec::new(),
            cancel: cancel.clone(),
            http,
            stand_ins: self
                .scenery
                .as_ref()
                .map(|scenery| scenery.stand_ins(&grant.terms().folders))
                .unwrap_or_default(),
        }
    }

    fn execute(
        &mut self,
        index: HookIndex,
        name: &HookName,
        grant: &Grant,
        inputs: Inputs<'_>,
    ) -> Result<Ran, Failure> {
        let (Some(prepared), Some(enclosure)) = (self.materials.hooks.get(&index), &self.enclosure)
        else {
            return Err(Failure::GrantChanged {
                stage: name.stage.clone(),
                name: name.name.clone(),
            });
        };
        let context = Context {
            variables: variable_facts(&self.variables),
            ..self.materials.context.clone()
        };
        let policy = self.services.policy;
        let explain =
            |capability: &_| explain_refusal(policy, &prepared.facts, &context, capability);
        let cancel = inputs.cancel.clone();
        let mut listener = Listener::new(name.clone(), &mut self.reporter, cancel, &explain);
        let next = (self.hooks_ahead > 0).then_some(self.services.runner);
        let result = prepared.module.run(enclosure, grant, inputs, &mut |event| {
            if let (HookEvent::Started { .. }, Some(runner)) = (&event, next) {
                runner.start_ahead();
            }
            listener.hear(event);
        });
        let heard = listener.into_heard();
        Ok(Ran {
            result,
            outputs: heard.outputs,
            artifacts: heard.artifacts,
            refused: heard.refused,
            printed_errors: heard.printed_errors,
            record: heard.record,
        })
    }

    /// After a hook ended: its outputs, artifacts and changes, and whether all that is a success.
    fn account_for(
        &mut self,
        hook: HookName,
        planned: &PlannedHook,
        grant: Grant,
        ran: Ran,
    ) -> Result<(), Failure> {
        for (name, value) in ran.outputs {
            self.outputs.push(OutputRecord {
                name: name.clone(),
                value: self.reporter.mask(value.expose_or_empty()),
                sensitive: value.is_sensitive(),
                hook: hook.name.clone(),
            });
            for name in self.output_names(&name) {
                self.variables.set_output(&name, value.clone());
            }
            self.output_values.push(value);
        }
        let report = match &ran.result {
            Ok(report) => Some(report.clone()),
            Err(error) => error.report().cloned(),
        };
        let fails_by_printing = self.settings.fail_on_error_output
            && ran.printed_errors
            && matches!(planned.source, HookSource::Package | HookSource::Custom);
        let (changes, is_too_much) = self.look_for_changes(&grant)?;
        let result = within_limits(ran.result, &changes, is_too_much, &grant);
        let succeeded = result.is_ok() && !fails_by_printing;
        let unused = match &report {
            Some(report) if succeeded && planned.source != HookSource::BuiltIn => {
                unused(&grant, report)
            }
            _ => Vec::new(),
        };
        self.hooks.push(HookEntry {
            convention: hook.convention,
            stage: hook.stage.clone(),
            source: hook.source,
            name: hook.name.clone(),
            sha256: planned.sha256.clone(),
            signers: planned.signers(),
            succeeded,
            report: report.clone(),
            changes: changes.clone(),
        });
        self.runs.push(HookRun {
            grant,
            signatures: planned.signatures.clone(),
            unused: unused.clone(),
            refused: ran.refused,
            failure: result.as_ref().err().map(|error| self.reporter.mask(&error.to_string())),
        });
        let ended = self.reporter.report(EventKind::HookEnded {
            hook: hook.clone(),
            succeeded,
            report,
            changes,
        });
        ran.record?;
        ended?;
        if !unused.is_empty() {
            self.reporter.report(EventKind::GrantUnused { hook: hook.clone(), unused })?;
        }
        for (path, name) in ran.artifacts {
            self.keep_artifact(&hook, planned, &path, &name)?;
        }
        let (stage, name) = (hook.stage, hook.name);
        match result {
            Err(source) => Err(Failure::Hook { stage, name, source: Box::new(source) }),
            Ok(_) if fails_by_printing => Err(Failure::ErrorOutput { stage, name }),
            Ok(_) => Ok(()),
        }
    }

    /// What a hook changed, and whether that is more than it may write. Then it is not read: with holes
    /// and second names for files, a hook that writes little can leave the host much to read and copy.
    fn look_for_changes(&mut self, grant: &Grant) -> Result<(Vec<Change>, bool), Failure> {
        let Some(enclosure) = &self.enclosure else { return Ok((Vec::new(), false)) };
        let look = || Failure::io("look at", enclosure.path());
        let mut after = Snapshot::take(enclosure.dir()).map_err(look())?;
        self.snapshot.restore_modes(&mut after, enclosure.dir()).map_err(look())?;
        let grown_bytes = after.bytes().saturating_sub(self.snapshot.bytes());
        let is_too_much = grown_bytes > grant.limits().get(LimitName::WrittenBytes);
        let mut changes = if is_too_much {
            self.snapshot.changes_unread(&after)
        } else {
            self.snapshot.changes_to(&after, enclosure.dir()).map_err(look())?
        };
        self.snapshot = after;
        if let Some(scenery) = &mut self.scenery {
            let reporter = &self.reporter;
            let mut mask = |text: &str| reporter.mask(text);
            let read: &[Change] = if is_too_much { &[] } else { &changes };
            scenery.changed(read, enclosure.dir(), &mut mask).map_err(look())?;
        }
        self.materials.contents.note(&mut changes);
        // A hook can put what it must not show into the names of files.
        for change in &mut changes {
            change.path = self.reporter.mask(&change.path);
            change.link = change.link.as_ref().map(|link| self.reporter.mask(link));
        }
        Ok((changes, is_too_much))
    }
}

/// The end of a hook, unless it left more than it may, or something deeper than it may. Paths are
/// checked as it names them, and what a hook moves or reaches through links of its own can end up deeper.
fn within_limits(
    result: Result<HookReport, HookError>,
    changes: &[Change],
    is_too_much: bool,
    grant: &Grant,
) -> Result<HookReport, HookError> {
    let limit = LimitName::PathDepth;
    let allowed = grant.limits().get(limit).min(MAX_DEPTH);
    let depth = |change: &Change| change.path.split('/').count() as u64;
    let is_too_deep = |change: &Change| change.what == ChangeKind::Added && depth(change) > allowed;
    match result {
        Ok(report) if is_too_much => {
            let limit = LimitName::WrittenBytes;
            let allowed = grant.limits().get(limit);
            Err(HookError::Limit { limit, allowed, report: Box::new(report) })
        }
        Ok(report) if changes.iter().any(is_too_deep) => {
            Err(HookError::Limit { limit, allowed, report: Box::new(report) })
        }
        other => other,
    }
}

/// Why policy does not let a hook make the HTTP request that it was refused, and what would.
fn explain_refusal(
    policy: &Policy,
    hook: &HookFacts,
    context: &Context,
    capability: &Capability,
) -> Option<String> {
    let Capability::Http(HttpRule { origin, methods, .. }) = capability else { return None };
    let method = methods.first()?.clone();
    let question = Question::Http { origin: origin.clone(), method };
    let Some(refusal) = policy.why_not(hook, context, &question) else {
        return Some("policy permits it, but the hook's manifest does not want it".to_owned());
    };
    let permit = refusal.smallest_permit.map(|permit| {
        let words: Vec<&str> = permit.split_whitespace().collect();
        format!("; this would permit it: {}", words.join(" "))
    });
    Some(format!("{}{}", refusal.why, permit.unwrap_or_default()))
}

/// A hook that ran, and what it handed out.
struct Ran {
    result: Result<HookReport, HookError>,
    outputs: Vec<(String, Value)>,
    artifacts: Vec<(String, String)>,
    refused: Vec<String>,
    printed_errors: bool,
    record: Result<(), ObserverError>,
}
