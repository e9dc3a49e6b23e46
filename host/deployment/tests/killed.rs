//! A process that is killed at whatever moment leaves every earlier deployment intact.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use std::io::{BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use cofferdam_deployment::journal::{Entry, EntryStatus};
use cofferdam_deployment::{Event, EventKind, Journal, SettingsBuilder, Status, begin};
use cofferdam_policy::Policy;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Layer, Value};
use support::{ScriptRunner, Target, services};

const PACKAGE: &str = "COFFERDAM_TEST_PACKAGE";
const ROOT: &str = "COFFERDAM_TEST_ROOT";
const STAGING: &str = "root/.cofferdam/staging";
const FILES: usize = 200;
const MARK: &[u8] = b"\x07";

/// What the killed process does: deploys, again and again, with a mark for the first to be unpacking.
#[test]
#[ignore = "started by another test, as a process of its own"]
fn deploys_until_killed() {
    deploys_until_killed_and(|| {});
}

/// Does not go on after the first piece of the package is unpacked.
#[test]
#[ignore = "started by another test, as a process of its own"]
fn waits_while_it_unpacks() {
    deploys_until_killed_and(std::thread::park);
}

fn deploys_until_killed_and(while_unpacking: fn()) {
    let cancel = CancelToken::new();
    let (runner, policy) = (ScriptRunner { cancel: cancel.clone() }, Policy::built_in());
    let services = services(&runner, &policy);
    let mut observer = |event: &Event| {
        if matches!(event.what, EventKind::ExtractionProgress { .. }) {
            // Nobody listens to the second.
            let _ = std::io::stderr().write_all(MARK);
            while_unpacking();
        }
    };
    loop {
        let settings = settings_of_child().build().unwrap();
        let deployment = begin(settings, &services, &mut [&mut observer], &cancel).unwrap();
        deployment.run(&mut [&mut observer], &cancel).unwrap();
    }
}

fn settings_of_child() -> SettingsBuilder {
    let (package, root) = (std::env::var(PACKAGE).unwrap(), std::env::var(ROOT).unwrap());
    let mut settings = SettingsBuilder::new(package);
    let mut set = |name, value: &str| {
        settings.variable(Layer::CommandLine, name, Value::plain(value));
    };
    set("Octopus.Tentacle.Agent.ApplicationDirectoryPath", &root);
    set("OctopusSkipFreeDiskSpaceCheck", "true");
    settings
}

fn start(name: &str, target: &Target, package: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env(PACKAGE, package)
        .env(ROOT, target.root())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the process has printed its mark.
fn wait_for_mark(child: &mut Child) {
    let bytes = BufReader::new(child.stderr.take().unwrap()).bytes();
    assert!(bytes.map(Result::unwrap).any(|byte| byte == MARK[0]), "it ended before");
}

fn is_complete(root: &Path, entry: &Entry) -> bool {
    (0..FILES).all(|number| {
        let path = root.join(&entry.folder).join(format!("f{number}"));
        std::fs::read_to_string(path).is_ok_and(|content| content == format!("content {number}"))
    })
}

#[test]
fn killing_at_whatever_moment_leaves_what_was_there() {
    let mut target = Target::new();
    let contents: Vec<(String, String)> =
        (0..FILES).map(|number| (format!("f{number}"), format!("content {number}"))).collect();
    let mut files: Vec<(&str, &str)> =
        contents.iter().map(|(name, content)| (name.as_str(), content.as_str())).collect();
    files.push(("Deploy.wat", "write made x"));
    let package = target.package("1.0.0", &files);
    let mut was_interrupted = 0;
    for round in 0..12_u64 {
        let mut child = start("deploys_until_killed", &target, &package);
        wait_for_mark(&mut child);
        // Wherever this hits, everything below must hold; the moments only have to differ.
        sleep(Duration::from_millis(20 + round * 17));
        child.kill().unwrap();
        child.wait().unwrap();

        let outcome = target.deploy(target.settings(&package));
        assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
        let reported = |event: &&cofferdam_deployment::Event| {
            matches!(event.what, EventKind::Interrupted { .. })
        };
        was_interrupted += target.events.iter().filter(reported).count();
        let entries = Journal::open_existing(&target.root()).unwrap().unwrap().entries().unwrap();
        assert!(entries.iter().all(|entry| entry.status != EntryStatus::Running));
        let (removed, kept): (Vec<_>, Vec<_>) =
            entries.iter().partition(|entry| entry.folder_removed);
        assert!(removed.iter().all(|entry| entry.status == EntryStatus::Interrupted));
        for entry in &kept {
            assert!(is_complete(&target.root(), entry), "{entry:?}");
        }
        assert!(!target.exists(STAGING));
        let folders = std::fs::read_dir(target.path("root/Acme.Web")).unwrap().count();
        assert_eq!(folders, kept.len(), "every folder is in the journal, and the other way round");
    }
    assert!(was_interrupted > 0, "no kill hit a deployment: the test has shown nothing");
}

#[test]
fn what_was_being_unpacked_by_a_killed_process_is_reported_and_removed() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("a", "x"), ("b", "y")]);
    let mut child = start("waits_while_it_unpacks", &target, &package);
    wait_for_mark(&mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(target.exists(STAGING), "it was killed while it unpacked");
    assert!(!target.exists("root/Acme.Web"));

    let outcome = target.deploy(target.settings(&package));
    assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
    let reported: Vec<_> = target
        .events
        .iter()
        .filter_map(|event| match &event.what {
            EventKind::Interrupted { package_id, package_version, folder, removed, .. } => {
                let folder = folder.clone().unwrap_or_default();
                Some((package_id.as_str(), package_version.as_str(), folder, *removed))
            }
            _ => None,
        })
        .collect();
    let [("Acme.Web", "1.0.0", folder, true)] = reported.as_slice() else {
        panic!("{reported:?}");
    };
    assert!(folder.starts_with(".cofferdam/staging/"), "{folder}");
    assert!(!target.exists(STAGING));
    // It never began, so the journal does not know of it.
    let journal = Journal::open_existing(&target.root()).unwrap().unwrap();
    assert_eq!(journal.entries().unwrap().len(), 1);
}
