//! The journal, what interrupted deployments leave behind, locks, retention.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use cofferdam_deployment::journal::EntryStatus;
use cofferdam_deployment::{
    Event, EventKind, Journal, LockHolder, Observer, ObserverError, RootLock, RunError, Status,
    open_root, open_state_folder, plan,
};
use cofferdam_policy::Policy;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Layer, Value};
use support::{ScriptRunner, Target, services};

fn journal(target: &Target) -> Journal {
    Journal::open_existing(&target.root()).unwrap().unwrap()
}

#[test]
fn every_deployment_is_in_the_journal_with_what_its_hooks_did() {
    let mut target = Target::new();
    let good = target.package("1.0.0", &[("Deploy.wat", "write made.txt x")]);
    let bad = target.package("1.1.0", &[("Deploy.wat", "exit 1")]);
    let first = target.deploy(target.settings(&good));
    target.deploy(target.settings(&bad));
    let again = target.deploy(target.settings(&good));
    let entries = journal(&target).entries().unwrap();
    let shown: Vec<_> =
        entries.iter().map(|e| (e.package_version.as_str(), e.status, e.folder.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("1.0.0", EntryStatus::Succeeded, "Acme.Web/1.0.0_1"),
            ("1.1.0", EntryStatus::Failed, "Acme.Web/1.1.0"),
            ("1.0.0", EntryStatus::Succeeded, "Acme.Web/1.0.0"),
        ]
    );
    assert_eq!(entries[0].id, again.deployment);
    assert_eq!(
        entries[1].failure.as_deref(),
        Some("the Deploy hook `Deploy.wat` failed: the hook ended with exit code 1")
    );
    let hooks = journal(&target).hooks(first.deployment).unwrap();
    assert_eq!(hooks, first.hooks);
    assert_eq!(hooks[0].changes[0].path, "made.txt");
}

#[test]
fn an_installed_version_is_skipped_where_that_is_wanted() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let mut wanted = || {
        let mut settings = target.settings(&package);
        let name = "Octopus.Action.Package.SkipIfAlreadyInstalled";
        settings.variable(Layer::Files, name, Value::plain("true"));
        target.deploy(settings).status
    };
    assert_eq!(wanted(), Status::Succeeded);
    assert_eq!(wanted(), Status::AlreadyInstalled);
    assert_eq!(journal(&target).entries().unwrap().len(), 1);
    assert!(!target.exists("root/Acme.Web/1.0.0_1"));
}

/// Stops at an event as a killed process does: without doing anything further.
struct DieAt<F>(F);

impl<F: Fn(&EventKind) -> bool> Observer for DieAt<F> {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        if (self.0)(&event.what) {
            std::panic::resume_unwind(Box::new("killed"));
        }
        Ok(())
    }
}

fn die_at(target: &Target, package: &std::path::Path, at: impl Fn(&EventKind) -> bool) {
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    let deployment = plan(target.settings(package).build().unwrap(), &services).unwrap();
    let mut observer = DieAt(at);
    let run = std::panic::AssertUnwindSafe(|| {
        deployment.run(&mut [&mut observer], &CancelToken::new()).map(|outcome| outcome.status)
    });
    assert!(std::panic::catch_unwind(run).is_err(), "it did not die");
}

#[test]
fn the_next_deployment_reports_one_that_was_killed_and_cleans_up() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("a", "x"), ("Deploy.wat", "print hi")]);
    target.deploy(target.settings(&package));
    die_at(&target, &package, |what| {
        matches!(what, EventKind::ExtractionProgress { .. } | EventKind::Extracted { .. })
    });
    die_at(&target, &package, |what| matches!(what, EventKind::HookEnded { .. }));
    target.deploy(target.settings(&package));
    let interrupted: Vec<_> = target
        .events
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::Interrupted { folder, removed, .. } => {
                Some((folder.clone().unwrap(), *removed))
            }
            _ => None,
        })
        .collect();
    assert_eq!(interrupted.len(), 1, "the first was reported by the second: {interrupted:?}");
    let statuses: Vec<_> =
        journal(&target).entries().unwrap().iter().map(|entry| entry.status).collect();
    assert_eq!(
        statuses,
        [
            EntryStatus::Succeeded,
            EntryStatus::Interrupted,
            EntryStatus::Interrupted,
            EntryStatus::Succeeded
        ]
    );
    // The earlier deployment is as it was.
    assert_eq!(target.read("root/Acme.Web/1.0.0/a"), "x");
}

#[test]
fn a_record_that_cannot_be_written_stops_the_deployment_there() {
    struct Full;
    impl Observer for Full {
        fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
            match event.what {
                EventKind::HookStarted { .. } => Err(ObserverError {
                    record: "audit log".into(),
                    message: "the disk is full".into(),
                }),
                _ => Ok(()),
            }
        }
    }
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[("PreDeploy.wat", "write done x"), ("DeployFailed.wat", "write failed x")],
    );
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    let deployment = plan(target.settings(&package).build().unwrap(), &services).unwrap();
    let outcome = deployment.run(&mut [&mut Full], &CancelToken::new()).unwrap();
    assert_eq!(outcome.status, Status::Failed);
    assert_eq!(
        outcome.failure.unwrap().message,
        "the audit log cannot be written, so the deployment stops: the disk is full"
    );
    assert!(!target.exists("root/Acme.Web/1.0.0/done"));
    assert!(!target.exists("root/Acme.Web/1.0.0/failed"));
    assert_eq!(journal(&target).entries().unwrap()[0].status, EntryStatus::Failed);
}

#[test]
fn the_second_of_two_waits_and_says_for_whom() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let root = open_root(&target.root()).unwrap();
    let state = open_state_folder(&root, &target.root()).unwrap();
    let me = LockHolder { pid: 7, doing: "deploys Other 2.0".into(), since: "now".into() };
    let _lock =
        RootLock::obtain(&state, &target.root(), &me, 0, &CancelToken::new(), &mut |_| {}).unwrap();
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    let mut settings = target.settings(&package);
    settings.lock_timeout_ms = 1;
    let deployment = plan(settings.build().unwrap(), &services).unwrap();
    let mut waited_for = None;
    let mut observer = |event: &Event| {
        if let EventKind::Waiting { holder } = &event.what {
            waited_for = holder.clone();
        }
    };
    let error = deployment.run(&mut [&mut observer], &CancelToken::new()).unwrap_err();
    assert!(matches!(error, RunError::Lock(_)), "{error}");
    assert_eq!(waited_for, Some(me));
    assert!(!target.exists("root/Acme.Web"));
}

#[test]
fn two_at_once_come_after_each_other() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x"), ("Deploy.wat", "write b x")]);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let runner = ScriptRunner { cancel: CancelToken::new() };
                let policy = Policy::built_in();
                let services = services(&runner, &policy);
                let deployment =
                    plan(target.settings(&package).build().unwrap(), &services).unwrap();
                let outcome = deployment.run(&mut [], &CancelToken::new()).unwrap();
                assert_eq!(outcome.status, Status::Succeeded);
            });
        }
    });
    let mut folders: Vec<_> =
        journal(&target).entries().unwrap().into_iter().map(|entry| entry.folder).collect();
    folders.sort_unstable();
    assert_eq!(folders, ["Acme.Web/1.0.0", "Acme.Web/1.0.0_1", "Acme.Web/1.0.0_2"]);
}

#[test]
fn retention_removes_old_folders_and_the_journal_remembers_them() {
    let mut target = Target::new();
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        let package = target.package(version, &[("a", "x")]);
        let mut settings = target.settings(&package);
        settings.retention.keep = Some(1);
        let outcome = target.deploy(settings);
        assert_eq!(outcome.retired.len(), usize::from(version == "1.2.0"));
    }
    assert!(!target.exists("root/Acme.Web/1.0.0"));
    assert!(target.exists("root/Acme.Web/1.1.0/a"));
    let entries = journal(&target).entries().unwrap();
    let removed: Vec<_> = entries.iter().map(|entry| entry.folder_removed).collect();
    assert_eq!(removed, [false, false, true]);
}

#[test]
fn a_deployment_may_be_left_out_of_the_journal() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let mut settings = target.settings(&package);
    settings.variable(Layer::Files, "Octopus.Action.SkipJournal", Value::plain("true"));
    assert_eq!(target.deploy(settings).status, Status::Succeeded);
    assert!(Journal::open_existing(&target.root()).unwrap().is_none());
}
