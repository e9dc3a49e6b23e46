//! Beginning a deployment: one reading of the package, and nothing left of what is not deployed.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use cofferdam_deployment::journal::{Beginning, EntryStatus};
use cofferdam_deployment::{
    Deployment, Event, EventKind, Journal, Observer, Outcome, PlanError, RunError, SettingsBuilder,
    Status, begin, open_root, open_state_folder,
};
use cofferdam_policy::Policy;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Layer, Value};
use support::{ScriptRunner, Target, services};
use time::OffsetDateTime;
use uuid::Uuid;

/// Begins, and gives what `then` makes of that.
fn begun<T>(
    settings: SettingsBuilder,
    observer: &mut dyn Observer,
    cancel: &CancelToken,
    then: impl FnOnce(Result<Deployment<'_>, RunError>) -> T,
) -> T {
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    then(begin(settings.build().unwrap(), &services, &mut [observer], cancel))
}

fn nobody(_: &Event) {}

fn run(deployment: Result<Deployment<'_>, RunError>) -> Outcome {
    deployment.unwrap().run(&mut [], &CancelToken::new()).unwrap()
}

fn refusal(settings: SettingsBuilder) -> RunError {
    begun(settings, &mut nobody, &CancelToken::new(), |begun| begun.map(drop).unwrap_err())
}

/// Everything below the root but its lock.
fn left(target: &Target) -> Vec<String> {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            }
            found.push(path.to_string_lossy().into_owned());
        }
    }
    let mut found = Vec::new();
    walk(&target.root(), &mut found);
    found.retain(|path| !path.ends_with("/.cofferdam") && !path.ends_with("/.cofferdam/lock"));
    found
}

#[test]
fn a_package_is_read_once() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x"), ("Deploy.wat", "write b y")]);
    let settings = target.settings(&package);
    let outcome = begun(settings, &mut nobody, &CancelToken::new(), |deployment| {
        // Who would read it again would find another one.
        std::fs::write(&package, "no package any more").unwrap();
        run(deployment)
    });
    assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
    assert_eq!(target.read("root/Acme.Web/1.0.0/a"), "x");
    assert_eq!(target.read("root/Acme.Web/1.0.0/b"), "y");
    assert!(!target.exists("root/.cofferdam/staging"));
}

#[test]
fn nothing_is_left_of_what_is_refused() {
    let target = Target::new();
    let hook = target.package("1.0.0", &[("a", "x"), ("Deploy.wat", "invalid")]);
    let error = refusal(target.settings(&hook));
    assert!(matches!(error, RunError::Plan(PlanError::Prepare { .. })), "{error}");
    assert_eq!(left(&target), Vec::<String>::new());

    let cut = target.package("1.1.0", &[("a", "x"), ("b", &"y".repeat(100_000))]);
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() - 10]).unwrap();
    let error = refusal(target.settings(&cut));
    assert!(matches!(error, RunError::Plan(PlanError::Package { .. })), "{error}");
    assert_eq!(left(&target), Vec::<String>::new());

    // Nor of what is not run, as when a saved plan does not hold any more.
    let good = target.package("1.2.0", &[("a", "x")]);
    begun(target.settings(&good), &mut nobody, &CancelToken::new(), |deployment| {
        assert!(!left(&target).is_empty(), "it is unpacked");
        drop(deployment);
    });
    assert_eq!(left(&target), Vec::<String>::new());
}

#[test]
fn what_is_refused_without_looking_at_the_package_leaves_not_even_a_root() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let mut settings = target.settings(&package);
    let name = "Octopus.Action.Package.UpdateIisWebsite";
    settings.variable(Layer::Files, name, Value::plain("True"));
    assert!(matches!(refusal(settings), RunError::Plan(PlanError::Iis)));
    std::fs::write(&package, "not an archive").unwrap();
    let error = refusal(target.settings(&package));
    assert!(matches!(error, RunError::Plan(PlanError::Open(_))), "{error}");
    assert!(!target.exists("root"));
}

#[test]
fn an_interrupted_reading_leaves_nothing() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = begun(target.settings(&package), &mut nobody, &cancel, |begun| {
        begun.map(drop).unwrap_err()
    });
    assert!(matches!(error, RunError::Cancelled), "{error}");
    assert_eq!(left(&target), Vec::<String>::new());
}

#[test]
fn progress_is_seen_and_an_installed_version_is_not_unpacked_to_be_skipped() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let deploy = || {
        let mut settings = target.settings(&package);
        let name = "Octopus.Action.Package.SkipIfAlreadyInstalled";
        settings.variable(Layer::Files, name, Value::plain("true"));
        let mut unpacked = false;
        let mut observer = |event: &Event| {
            unpacked |= matches!(event.what, EventKind::ExtractionProgress { .. });
        };
        let status = begun(settings, &mut observer, &CancelToken::new(), run).status;
        (status, unpacked)
    };
    assert_eq!(deploy(), (Status::Succeeded, true));
    assert_eq!(deploy(), (Status::AlreadyInstalled, false));
}

#[test]
fn events_are_numbered_without_gaps_from_the_beginning_on() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    let settings = target.settings(&package).build().unwrap();
    let mut events = Vec::new();
    let mut observer = |event: &Event| events.push(event.clone());
    let cancel = CancelToken::new();
    let deployment = begin(settings, &services, &mut [&mut observer], &cancel).unwrap();
    deployment.run(&mut [&mut observer], &cancel).unwrap();
    let numbers: Vec<u64> = events.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (0..events.len() as u64).collect::<Vec<_>>());
    assert!(matches!(&events[0].what, EventKind::Preparing { package_id, package_version, .. }
        if package_id == "Acme.Web" && package_version == "1.0.0"));
    // Reading comes before anything can be decided.
    assert!(matches!(events[1].what, EventKind::ExtractionProgress { .. }));
    let started = events.iter().position(|event| matches!(event.what, EventKind::Started { .. }));
    let is_progress = |event: &Event| matches!(event.what, EventKind::ExtractionProgress { .. });
    assert!(!events[started.unwrap()..].iter().any(is_progress));
    assert!(events.iter().all(|event| event.deployment == events[0].deployment));
}

#[test]
fn a_deployment_killed_before_its_package_was_at_its_place_has_no_folder() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let root = open_root(&target.root()).unwrap();
    open_state_folder(&root, &target.root()).unwrap();
    let id = Uuid::now_v7();
    let beginning = Beginning {
        id,
        started: OffsetDateTime::now_utc(),
        package_id: "Acme.Web".to_owned(),
        package_version: "1.0.0".to_owned(),
        package_sha256: String::new(),
        package_file: package.clone(),
        environment: None,
        tenant: None,
        policy_set: None,
        machine: "target-1".to_owned(),
        operator: "tester".to_owned(),
        plan_sha256: String::new(),
        policy_digest: String::new(),
        folder: "Acme.Web/1.0.0".to_owned(),
        extracted: true,
        installation_folder: None,
        package_signers: Vec::new(),
    };
    Journal::open(&target.root()).unwrap().begin(&beginning).unwrap();
    target.deploy(target.settings(&package));
    assert!(target.events.iter().any(|event| matches!(
        &event.what,
        EventKind::Interrupted { interrupted, removed: true, .. } if *interrupted == id
    )));
    let entries = Journal::open_existing(&target.root()).unwrap().unwrap().entries().unwrap();
    let shown: Vec<_> = entries.iter().map(|entry| (entry.status, entry.folder_removed)).collect();
    assert_eq!(shown, [(EntryStatus::Succeeded, false), (EntryStatus::Interrupted, true)]);
}
