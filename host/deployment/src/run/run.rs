//! `Run`: a deployment under way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;
use cofferdam_audit::Reproduction;
use cofferdam_sandbox::{CancelToken, Enclosure, LogLevel};
use cofferdam_variables::{Value, VariableSet};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::begin::Unpacked;
use crate::changes::Snapshot;
use crate::journal::{HookEntry, Journal};
use crate::plan::Materials;
use crate::rehearsal::Scenery;
use crate::reporter::Reporter;
use crate::settings::names;
use crate::{
    ArtifactRecord, ConventionReport, Deployment, EventKind, Failure, FailureReport, HookRun,
    Observer, Outcome, OutputRecord, Plan, Retired, RootLock, RunError, Services, Settings, Status,
};

/// A deployment under way.
pub(super) struct Run<'a, 'o> {
    pub(super) id: Uuid,
    pub(super) started: OffsetDateTime,
    pub(super) plan: Plan,
    pub(super) settings: Settings,
    pub(super) services: &'a Services<'a>,
    pub(super) materials: Materials<'a>,
    /// How many hooks will run after the present one, if everything goes well.
    pub(super) hooks_ahead: usize,
    pub(super) reporter: Reporter<'o>,
    pub(super) cancel: CancelToken,
    /// The package, if it was unpacked for planning, until it is moved to its place.
    pub(super) unpacked: Option<Unpacked>,
    /// How long that took: a part of convention 3, done early.
    pub(super) unpacked_ms: u64,
    /// Held until the end.
    pub(super) _lock: RootLock,
    pub(super) root: Dir,
    /// None if the deployment is left out of it.
    pub(super) journal: Option<Journal>,
    /// Whether the journal knows of this deployment.
    pub(super) is_in_journal: bool,
    pub(super) variables: VariableSet,
    pub(super) previous_version: Option<String>,
    /// The extraction folder below the root, from its creation on.
    pub(super) folder: Option<String>,
    /// Whether it was removed again.
    pub(super) folder_removed: bool,
    /// What stands in for the target, when the deployment is tried out.
    pub(super) scenery: Option<&'o mut Scenery>,
    /// Where hooks work: the extraction folder, later the custom installation folder.
    pub(super) enclosure: Option<Enclosure>,
    pub(super) is_installed_elsewhere: bool,
    /// The variables that say what was deployed before.
    pub(super) past: BTreeMap<String, String>,
    /// Whether nothing was in the custom installation folder when the package was copied to it.
    pub(super) installation_was_empty: Option<bool>,
    /// The state of the enclosure after the last thing that was done in it.
    pub(super) snapshot: Snapshot,
    /// Whether conventions end here although nothing failed.
    pub(super) stop: Option<Status>,
    pub(super) conventions: Vec<ConventionReport>,
    pub(super) hooks: Vec<HookEntry>,
    pub(super) runs: Vec<HookRun>,
    pub(super) outputs: Vec<OutputRecord>,
    pub(super) output_values: Vec<Value>,
    pub(super) artifacts: Vec<ArtifactRecord>,
    pub(super) retired: Vec<Retired>,
}

impl<'a> Deployment<'a> {
    /// Does what the plan says, once, while every observer watches. Waits for other deployments to
    /// the same root first. `cancel` stops the hook that runs, or the extraction, and makes the
    /// deployment fail as [`Status::Cancelled`], DeployFailed hooks included.
    ///
    /// A deployment that failed is an [`Outcome`] too.
    ///
    /// # Errors
    /// [`RunError`], if it did not even begin.
    pub fn run<'o>(
        self,
        observers: &'o mut [&'o mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Outcome, RunError> {
        self.run_in(None, observers, cancel)
    }

    /// Does what the plan says, on the target or on what stands in for it.
    pub(crate) fn run_in<'o>(
        self,
        scenery: Option<&'o mut Scenery>,
        observers: &'o mut [&'o mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Outcome, RunError> {
        let mut run = Run::start(self, scenery, observers, cancel)?;
        let failed = match run.conventions() {
            Ok(()) => None,
            Err((convention, failure)) => Some(run.fail(convention, failure)),
        };
        Ok(run.finish(failed))
    }
}

impl Run<'_, '_> {
    /// Tells people something.
    pub(super) fn say(&mut self, level: LogLevel, text: impl Into<String>) -> Result<(), Failure> {
        Ok(self.reporter.report(EventKind::Message { level, text: text.into() })?)
    }

    /// Sets a variable whose value Cofferdam found; never a template.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.set_output(name, Value::plain(value));
    }

    /// The names under which an output variable can be read.
    pub(super) fn output_names(&self, name: &str) -> Vec<String> {
        let mut all = vec![name.to_owned()];
        if let Some(action) = &self.settings.action {
            all.push(format!("Octopus.Action[{action}].Output.{name}"));
            all.push(format!("Octopus.Action[{action}].Output[{}].{name}", self.settings.machine));
        }
        all
    }

    /// Whether the remaining conventions are to be skipped, by the operator's word or a hook's.
    pub(super) fn skips_remaining(&self) -> Result<bool, Failure> {
        Ok(self.variables.flag(names::SKIP_REMAINING, false)?)
    }

    /// A path as hooks and people are told of it.
    pub(super) fn told(&self, path: &Path) -> PathBuf {
        self.scenery.as_ref().map_or_else(|| path.to_owned(), |scenery| scenery.told(path))
    }

    /// The enclosure is another one. Only to see what hooks change.
    pub(super) fn look_at_enclosure(&mut self) -> Result<(), Failure> {
        let Some(enclosure) = &self.enclosure else { return Ok(()) };
        if self.plan.hooks().next().is_none() {
            return Ok(());
        }
        let look = || Failure::io("look at", enclosure.path());
        self.snapshot = Snapshot::take(enclosure.dir()).map_err(look())?;
        match &mut self.scenery {
            Some(scenery) => scenery.settled(enclosure.dir()).map_err(look()),
            None => Ok(()),
        }
    }

    /// The extraction folder, if it is there.
    pub(super) fn folder_path(&self) -> Option<PathBuf> {
        let folder = self.folder.as_ref().filter(|_| !self.folder_removed)?;
        Some(self.settings.root.join(folder))
    }

    /// What doing the same again needs to know, sensitive values masked.
    fn reproduction(&self) -> Option<Reproduction> {
        let mask = |text: &str| self.reporter.mask(text);
        let past = self.past.iter().map(|(name, value)| (name.clone(), mask(value)));
        Some(Reproduction {
            root: mask(&self.plan.root.to_string_lossy()),
            folder: mask(self.folder.as_ref()?),
            features: self.settings.features.iter().map(|feature| mask(feature)).collect(),
            past: past.collect(),
            installation_was_empty: self.installation_was_empty,
            // With the digest key, when it is attested.
            variables: None,
        })
    }

    /// Gives everything that is known.
    pub(super) fn into_outcome(self, status: Status, failure: Option<FailureReport>) -> Outcome {
        let folder = self.folder_path();
        let reproduction = self.reproduction();
        let installation = self.plan.installation.as_ref().filter(|_| self.is_installed_elsewhere);
        Outcome {
            deployment: self.id,
            status,
            started: self.started,
            ended: OffsetDateTime::now_utc(),
            folder,
            installation: installation.map(|planned| PathBuf::from(&planned.folder)),
            previous_version: self.previous_version,
            plan: self.plan,
            conventions: self.conventions,
            hooks: self.hooks,
            runs: self.runs,
            outputs: self.outputs,
            output_values: self.output_values,
            operator: self.settings.operator,
            given_variables: self.settings.variables,
            artifacts: self.artifacts,
            retired: self.retired,
            reproduction,
            failure,
        }
    }
}
