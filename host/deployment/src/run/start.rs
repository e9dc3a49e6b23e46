//! Everything before the first convention: lock, journal, what an earlier deployment left behind.

use std::path::Path;

use cap_std::fs::Dir;
use cofferdam_sandbox::{CancelToken, LogLevel};
use cofferdam_variables::Value;
use uuid::Uuid;

use super::run::Run;
use crate::begin::{Begun, told_nothing};
use crate::changes::Snapshot;
use crate::derived;
use crate::journal::{Journal, Scope};
use crate::rehearsal::Scenery;
use crate::reporter::Reporter;
use crate::retention::remove_folder;
use crate::{Deployment, EventKind, Observer, Plan, RunError, Settings};

impl<'a, 'o> Run<'a, 'o> {
    /// Waits for the lock, opens the journal, reports what was interrupted.
    pub(super) fn start(
        deployment: Deployment<'a>,
        scenery: Option<&'o mut Scenery>,
        observers: &'o mut [&'o mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Self, RunError> {
        let recorded = scenery.as_ref().and_then(|scenery| scenery.recorded());
        let Deployment { plan, settings, services, materials, begun } = deployment;
        let begun = match begun {
            Some(begun) => begun,
            None => {
                let doing = format!("deploys {} {}", plan.package.id, plan.package.version);
                let id = recorded.map_or_else(Uuid::now_v7, |recorded| recorded.deployment);
                let told = told_nothing(id, &settings);
                Begun::now(id, &settings, doing, told, observers, cancel)?
            }
        };
        // The lock is released last.
        let Begun { lock, id, started, told, swept, root, unpacked, .. } = begun;
        let mut reporter = Reporter::new(told, observers);
        let mut variables = settings.variables.clone();
        let mut previous_version = None;
        if let Some(recorded) = recorded {
            for (name, value) in &recorded.past {
                variables.set_output(name, Value::plain(value.clone()));
            }
            previous_version = derived::previous_version(&variables);
        }
        let journal = if settings.skip_journal {
            None
        } else {
            let mut journal = Journal::open(&settings.root)?;
            report_interrupted(&mut journal, &swept, &root, &settings.root, &mut reporter)?;
            let previous = journal.previous(&scope(&settings, plan.package.id.clone()))?;
            derived::set_previous(&mut variables, &previous, &plan.root);
            previous_version = previous.latest_successful.map(|entry| entry.package_version);
            Some(journal)
        };
        let past = derived::past(&variables);
        let hooks_ahead = plan.hooks_of_conventions().count();
        reporter.report(started_event(&plan, &settings))?;
        if hooks_ahead > 0 {
            services.runner.start_ahead();
        }
        reporter.report(EventKind::Decided {
            question: format!("may {} {} be deployed", plan.package.id, plan.package.version),
            reasons: plan.reasons.clone(),
        })?;
        for text in plan.warnings.iter().cloned() {
            reporter.report(EventKind::Message { level: LogLevel::Warning, text })?;
        }
        Ok(Self {
            id,
            started,
            plan,
            settings,
            services,
            materials,
            hooks_ahead,
            reporter,
            cancel: cancel.clone(),
            unpacked,
            unpacked_ms: 0,
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
            past,
            installation_was_empty: None,
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

/// What deployments are compared within.
pub(crate) fn scope(settings: &Settings, package_id: String) -> Scope {
    Scope {
        package_id,
        environment: settings.environment.clone(),
        tenant: settings.tenant.clone(),
        policy_set: settings.policy_set.clone(),
    }
}

/// Under the lock, a deployment that did not end is one whose process did. Those that were `swept`
/// were reported before.
fn report_interrupted(
    journal: &mut Journal,
    swept: &[Uuid],
    root: &Dir,
    root_path: &Path,
    reporter: &mut Reporter<'_>,
) -> Result<(), RunError> {
    for entry in journal.running()? {
        if !entry.extracted {
            remove_folder(root, root_path, &entry.folder)?;
        }
        // What was extracted was perhaps not moved to its place yet.
        let removed = !entry.extracted || root.symlink_metadata(&entry.folder).is_err();
        if !swept.contains(&entry.id) {
            reporter.report(EventKind::Interrupted {
                interrupted: entry.id,
                package_id: entry.package_id.clone(),
                package_version: entry.package_version.clone(),
                folder: Some(entry.folder.clone()),
                removed,
            })?;
        }
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
        package_feed: plan.package.feed.clone(),
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
