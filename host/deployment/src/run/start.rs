//! Everything before the first convention: lock, journal, what an earlier deployment left behind.

use std::path::Path;

use cap_std::fs::Dir;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Masker, Value, VariableSet};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::run::Run;
use crate::changes::Snapshot;
use crate::derived::set_previous;
use crate::folders::{open_root, open_state_folder};
use crate::journal::{Journal, Scope};
use crate::rehearsal::Scenery;
use crate::reporter::Reporter;
use crate::retention::remove_folder;
use crate::{
    Deployment, EventKind, LockHolder, Observer, ObserverError, Plan, RootLock, RunError, Settings,
};

impl<'a, 'o> Run<'a, 'o> {
    /// Waits for the lock, opens the journal, reports what was interrupted.
    pub(super) fn start(
        deployment: Deployment<'a>,
        scenery: Option<&'o mut Scenery>,
        observers: &'o mut [&'o mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Self, RunError> {
        let Deployment { plan, settings, services, materials } = deployment;
        let id = Uuid::now_v7();
        let started = OffsetDateTime::now_utc();
        let mut reporter = Reporter::new(id, observers, masker(&settings.variables));
        let root = open_root(&settings.root)?;
        let state = open_state_folder(&root, &settings.root)?;
        let lock = lock(&state, &settings, &plan, &mut reporter, cancel)?;
        let mut variables = settings.variables.clone();
        let mut previous_version = None;
        let journal = if settings.skip_journal {
            None
        } else {
            let mut journal = Journal::open(&settings.root)?;
            report_interrupted(&mut journal, &root, &settings.root, &mut reporter)?;
            let scope = Scope {
                package_id: plan.package.id.clone(),
                environment: settings.environment.clone(),
                tenant: settings.tenant.clone(),
                policy_set: settings.policy_set.clone(),
            };
            let previous = journal.previous(&scope)?;
            set_previous(&mut variables, &previous, &plan.root);
            previous_version = previous.latest_successful.map(|entry| entry.package_version);
            Some(journal)
        };
        reporter.report(started_event(&plan, &settings))?;
        reporter.report(EventKind::Decided {
            question: format!("may {} {} be deployed", plan.package.id, plan.package.version),
            reasons: plan.reasons.clone(),
        })?;
        Ok(Self {
            id,
            started,
            plan,
            settings,
            services,
            materials,
            reporter,
            cancel: cancel.clone(),
            _lock: lock,
            root,
            journal,
            is_in_journal: false,
            variables,
            previous_version,
            folder: None,
            folder_removed: false,
            scenery,
            enclosure: None,
            is_installed_elsewhere: false,
            snapshot: Snapshot::default(),
            stop: None,
            conventions: Vec::new(),
            hooks: Vec::new(),
            runs: Vec::new(),
            outputs: Vec::new(),
            output_values: Vec::new(),
            artifacts: Vec::new(),
            retired: Vec::new(),
        })
    }
}

/// Masks sensitive variables as they are defined and as they evaluate, and all that are made of them.
fn masker(variables: &VariableSet) -> Masker {
    let mut masker = Masker::new(variables.iter().map(|(_, value)| value));
    let evaluated: Vec<Value> =
        variables.names().filter_map(|name| variables.evaluate(name).ok().flatten()).collect();
    // A text that merely contains a secret is covered by the secret's own mask; masking the whole of
    // it as well keeps what surrounds the secret (user names, host names) out of sight.
    masker.add(&evaluated);
    masker
}

fn lock(
    state: &Dir,
    settings: &Settings,
    plan: &Plan,
    reporter: &mut Reporter<'_>,
    cancel: &CancelToken,
) -> Result<RootLock, RunError> {
    let me = LockHolder {
        pid: std::process::id(),
        doing: format!("deploys {} {}", plan.package.id, plan.package.version),
        since: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
    };
    let mut reported: Result<(), ObserverError> = Ok(());
    let mut waiting = |holder| reported = reporter.report(EventKind::Waiting { holder });
    let timeout_ms = settings.lock_timeout_ms;
    let lock = RootLock::obtain(state, &settings.root, &me, timeout_ms, cancel, &mut waiting)?;
    reported?;
    Ok(lock)
}

/// Under the lock, a deployment that did not end is one whose process did.
fn report_interrupted(
    journal: &mut Journal,
    root: &Dir,
    root_path: &Path,
    reporter: &mut Reporter<'_>,
) -> Result<(), RunError> {
    for entry in journal.running()? {
        let removed = !entry.extracted;
        if removed {
            remove_folder(root, root_path, &entry.folder)?;
        }
        reporter.report(EventKind::Interrupted {
            interrupted: entry.id,
            package_id: entry.package_id.clone(),
            package_version: entry.package_version.clone(),
            folder: Some(entry.folder.clone()),
            removed,
        })?;
        journal.interrupted(entry.id, removed)?;
    }
    Ok(())
}

fn started_event(plan: &Plan, settings: &Settings) -> EventKind {
    EventKind::Started {
        package_id: plan.package.id.clone(),
        package_version: plan.package.version.clone(),
        package_sha256: plan.package.sha256.to_string(),
        package_signers: plan.signers(),
        plan_sha256: plan.sha256(),
        policy_digest: plan.policy_digest.clone(),
        root: plan.root.clone(),
        machine: settings.machine.clone(),
        environment: settings.environment.clone(),
        tenant: settings.tenant.clone(),
        operator: settings.operator.clone(),
        walls: plan.walls.clone(),
        engine: plan.engine.clone(),
    }
}
