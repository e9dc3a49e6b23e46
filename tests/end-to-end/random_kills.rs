//! `kill -9` of supervisors and workers at moments that nobody chose, while deployments run.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::processes::{children_of, is_running};
use crate::target::Target;
use crate::wat::Hook;

/// Where the numbers begin; another seed is another run, and this one can be had again.
const SEED: u64 = 0x5eed_cafe_0000_0001;

/// How many deployments are hit.
const ROUNDS: u32 = 18;

/// Numbers that look random and are the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

const AUDITED: [&str; 4] = ["--audit-dir", "audit", "--signing-key", "key"];

fn package(target: &Target, version: &str) -> PathBuf {
    let hook =
        |stage: &str| Hook::new().print(stage).write(&format!("made-by-{stage}"), "x").done();
    let mut files = vec![("index.html".to_owned(), version.to_owned())];
    for stage in ["PreDeploy", "Deploy", "PostDeploy", "DeployFailed"] {
        files.push((format!("{stage}.wat"), hook(stage)));
    }
    files.extend((0..100).map(|number| (format!("files/{number}"), "content".repeat(100))));
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    target.package(version, &files)
}

fn start(target: &Target, package: &std::path::Path) -> Child {
    let mut command = target.deploy_command(package);
    command.args(AUDITED).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn kill(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).unwrap();
    kill_process(pid, Signal::KILL).is_ok()
}

/// Kills the workers of a deployment from now on: those of hooks that run, and those that wait for the next, which
/// are replaced.
fn kill_workers(supervisor: &mut Child) {
    while supervisor.try_wait().unwrap().is_none() {
        for pid in children_of(supervisor.id()).into_iter().filter(|pid| is_running(*pid)) {
            kill(pid);
        }
    }
}

/// The deployments of the journal, the latest first.
fn history(target: &Target) -> Vec<serde_json::Value> {
    let ran = target.run("history", &["--root", "applications", "--json"]).expect_code(0);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn kills_at_random_leave_earlier_deployments_and_both_records() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let (earlier, hit) = (package(&target, "0.9.0"), package(&target, "1.0.0"));
    let small = target.package("2.0.0", &[("index.html", "2.0.0")]);
    let began = Instant::now();
    target.deploy(&earlier, &AUDITED).expect_code(0);
    let usual_ms = u64::try_from(began.elapsed().as_millis()).unwrap().max(1);

    let mut numbers = Numbers(SEED);
    let (mut interrupted, mut workers) = (0, 0);
    for round in 0..ROUNDS {
        let mut deployment = start(&target, &hit);
        sleep(Duration::from_millis(numbers.below(usual_ms)));
        let of_worker = round % 3 == 2;
        let mut was_interrupted = false;
        if of_worker {
            kill_workers(&mut deployment);
            let has_succeeded = deployment.wait().unwrap().success();
            let status = if has_succeeded { "succeeded" } else { "failed" };
            assert_eq!(history(&target)[0]["status"], status, "round {round}");
            workers += u32::from(!has_succeeded);
        } else {
            // It may have ended a moment ago.
            kill(deployment.id());
            deployment.wait().unwrap();
            was_interrupted = history(&target)[0]["status"] == "interrupted";
        }

        let next = target.deploy(&small, &AUDITED).expect_code(0);
        let reported = next.stderr.contains("was interrupted");
        // One that was killed while it unpacked is not in the journal yet, and is reported as well.
        assert!(reported || !was_interrupted, "round {round}: {}", next.stderr);
        interrupted += u32::from(reported);

        // On record, and not only what a reader concludes.
        assert!(history(&target).iter().all(|entry| entry["ended"].is_string()), "round {round}");
        assert_eq!(target.deployed("0.9.0", "index.html"), "0.9.0");
        assert_eq!(target.deployed("0.9.0", "made-by-PostDeploy"), "x");
        assert_eq!(fs::read_dir(target.root().join("Acme.Web/0.9.0/files")).unwrap().count(), 100);
        let verified = target.run("audit", &["verify", "audit", "--key", "key.pub"]);
        assert_eq!(verified.code, Some(0), "round {round}: {}{}", verified.stdout, verified.stderr);
    }
    assert!(interrupted > 0 && workers > 0, "no kill hit anything: the test has shown nothing");
}
