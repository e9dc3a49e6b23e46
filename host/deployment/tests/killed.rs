//! A process that is killed at whatever moment leaves every earlier deployment intact.

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use cofferdam_deployment::journal::{Entry, EntryStatus};
use cofferdam_deployment::{EventKind, Journal, SettingsBuilder, Status};
use cofferdam_variables::{Layer, Value};
use support::Target;

const PACKAGE: &str = "COFFERDAM_TEST_PACKAGE";
const ROOT: &str = "COFFERDAM_TEST_ROOT";
const FILES: usize = 200;

/// What the killed process does: deploys, again and again.
#[test]
#[ignore = "started by the other test, as a process of its own"]
fn deploys_until_killed() {
    let (package, root) = (std::env::var(PACKAGE).unwrap(), std::env::var(ROOT).unwrap());
    loop {
        let mut settings = SettingsBuilder::new(&package);
        let mut set = |name, value: &str| {
            settings.variable(Layer::CommandLine, name, Value::plain(value));
        };
        set("Octopus.Tentacle.Agent.ApplicationDirectoryPath", &root);
        set("OctopusSkipFreeDiskSpaceCheck", "true");
        Target::new().deploy(settings);
    }
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
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "deploys_until_killed", "--ignored", "--nocapture"])
            .env(PACKAGE, &package)
            .env(ROOT, target.root())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
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
        let folders = std::fs::read_dir(target.path("root/Acme.Web")).unwrap().count();
        assert_eq!(folders, kept.len(), "every folder is in the journal, and the other way round");
    }
    assert!(was_interrupted > 0, "no kill hit a deployment: the test has shown nothing");
}
