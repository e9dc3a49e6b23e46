//! Ctrl-C, kill -9 and two deployments at once.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

#[cfg(target_os = "linux")]
use crate::processes::{children_of, is_running};
use crate::target::Target;
use crate::wat::Hook;

/// Starts a deployment whose Deploy hook never ends, and waits until it runs.
pub(crate) fn start_endless(target: &Target, arguments: &[&str]) -> Child {
    let package = target.package(
        "1.0.0",
        &[
            ("Deploy.wat", &Hook::new().print("running now").looping().done()),
            ("DeployFailed.wat", &Hook::new().write("cleaned-up", "yes").done()),
        ],
    );
    let mut child = target
        .deploy_command(&package)
        .arg("--json")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let mut lines = BufReader::new(stdout).lines();
    assert!(lines.any(|line| line.unwrap().contains("running now")), "the hook never ran");
    // Somebody has to go on reading.
    std::thread::spawn(move || lines.count());
    child
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, signal).unwrap();
}

#[test]
fn ctrl_c_stops_the_hook_runs_deploy_failed_and_has_its_own_code() {
    let target = Target::new();
    let mut child = start_endless(&target, &[]);
    signal(&child, rustix::process::Signal::INT);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(target.deployed("1.0.0", "cleaned-up"), "yes");
    let history = target.run("history", &["--root", "applications"]).expect_code(0);
    assert!(history.stdout.contains("cancelled"), "{}", history.stdout);
}

#[test]
fn what_kill_9_interrupted_is_reported_by_the_next_run_and_earlier_deployments_are_intact() {
    let target = Target::new();
    let earlier = target.package("0.9.0", &[("index.html", "earlier")]);
    target.deploy(&earlier, &[]).expect_code(0);

    let mut child = start_endless(&target, &[]);
    let history = target.run("history", &["--root", "applications"]).expect_code(0);
    assert!(history.stdout.contains("  running      Acme.Web 1.0.0"), "{}", history.stdout);
    signal(&child, rustix::process::Signal::KILL);
    child.wait().unwrap();

    assert_eq!(target.deployed("0.9.0", "index.html"), "earlier");
    // Known at once, without a deployment that writes it down: reading changes nothing.
    let journal = || std::fs::read(target.root().join(".cofferdam/journal.sqlite")).unwrap();
    let before = journal();
    let history = target.run("history", &["--root", "applications"]).expect_code(0);
    assert!(history.stdout.contains("  interrupted  Acme.Web 1.0.0"), "{}", history.stdout);
    assert!(before == journal());
    let next = target.package("1.1.0", &[("index.html", "next")]);
    let ran = target.deploy(&next, &[]).expect_code(0);
    ran.expect_error("Acme.Web 1.0.0 was interrupted");
    let history = target.run("history", &["--root", "applications"]).expect_code(0);
    assert!(history.stdout.contains("interrupted"), "{}", history.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn no_worker_outlives_its_supervisor() {
    let target = Target::new();
    let mut child = start_endless(&target, &[]);
    let workers = children_of(child.id());
    assert!(!workers.is_empty(), "a hook runs in a process of its own");
    signal(&child, rustix::process::Signal::KILL);
    child.wait().unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while workers.iter().any(|pid| is_running(*pid)) {
        assert!(std::time::Instant::now() < deadline, "{workers:?} still run");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn the_second_deployment_to_a_root_waits_or_gives_up() {
    let target = Target::new();
    let mut child = start_endless(&target, &[]);
    let other = target.package("2.0.0", &[("a", "a")]);
    let ran = target.deploy(&other, &["--lock-timeout", "300ms"]).expect_code(8);
    ran.expect_error("waiting");
    ran.expect_error("Acme.Web 1.0.0");
    signal(&child, rustix::process::Signal::KILL);
    child.wait().unwrap();
    target.deploy(&other, &[]).expect_code(0);
}
