//! Rehearsals with real hooks in real workers: what they show, and that nothing remains.

use std::fs;
use std::path::Path;

use crate::target::{Target, cofferdam, finish};
use crate::wat::Hook;

/// A hook that writes random bytes into a file.
pub(crate) const DICE: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100) "rolled")
  (func (export "_start")
    (drop (call $random_get (i32.const 300) (i32.const 16)))
    (if (call $path_open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 6)
      (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 20)) (then (unreachable)))
    (i32.store (i32.const 0) (i32.const 300)) (i32.store (i32.const 4) (i32.const 16))
    (drop (call $fd_write (i32.load (i32.const 20)) (i32.const 0) (i32.const 1) (i32.const 16)))))"#;

/// A policy that grants every hook real random numbers, beside what the default does.
pub(crate) const CHANCE: &str = "[[grant]]\nevery-hook = true\nrandom = \"real\"\n";

const REHEARSE: [&str; 5] = ["--root", "applications", "--rehearse", "--scratch", "scratch"];

fn rehearse(target: &Target, package: &Path, more: &[&str]) -> crate::target::Ran {
    let mut arguments = vec![package.to_str().unwrap()];
    arguments.extend(REHEARSE);
    arguments.extend(more);
    target.run("plan", &arguments)
}

/// What lies in the scratch folder beside the lock that everybody shares.
fn left(target: &Target) -> usize {
    let entries = fs::read_dir(target.path("scratch")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().file_name() != "sweep.lock").count()
}

#[test]
fn it_shows_files_outputs_and_messages_and_touches_nothing() {
    let target = Target::new();
    let hook = Hook::new()
        .print("making it")
        .write("index.html", "new\n")
        .output("Colour", "green")
        .artifact("index.html", "page.html");
    let package = target.package(
        "1.0.0",
        &[("Deploy.wat", &hook.done()), ("index.html", "old\n"), ("a.config", "#{Greeting}\n")],
    );
    let site = target.path("site");
    fs::create_dir(&site).unwrap();
    fs::write(site.join("uploads"), "kept").unwrap();
    let more = [
        "--installation-directory",
        site.to_str().unwrap(),
        "--purge",
        "--feature",
        "Octopus.Features.SubstituteInFiles",
        "-v",
        "Octopus.Action.SubstituteInFiles.TargetFiles=a.config",
        "-v",
        "Greeting=hello",
    ];
    let ran = rehearse(&target, &package, &more).expect_code(0);
    for part in [
        "rehearsal: would succeed",
        "-#{Greeting}",
        "+hello",
        "Deploy.wat (Deploy, package) succeeds",
        "says    making it",
        "-old",
        "+new",
        "output  Colour = green",
        "keeps   page.html",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is not in:\n{}", ran.stdout);
    }
    assert!(!target.root().exists());
    assert_eq!(fs::read_dir(&site).unwrap().count(), 1, "{}", ran.stdout);
    assert_eq!(left(&target), 0);
}

#[test]
fn a_failing_rehearsal_says_so_with_its_exit_code_and_leaves_nothing() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().exit(7))]);
    let ran = rehearse(&target, &package, &["--json"]).expect_code(1);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["rehearsal"]["status"], "failed");
    assert_eq!(json["rehearsal"]["failure"]["convention"], 14);
    assert!(!target.root().exists());
    assert_eq!(left(&target), 0);
    let ran = target.run("plan", &[package.to_str().unwrap(), "--scratch", "x"]).expect_code(2);
    ran.expect_error("--rehearse");
}

#[test]
fn a_deployment_that_departs_from_its_rehearsal_says_where() {
    let target = Target::new();
    target.write("policy.toml", CHANCE);
    let steady = Hook::new().write("a", "1").done();
    for (version, hook, departs) in [("1.0.0", steady.as_str(), false), ("2.0.0", DICE, true)] {
        let package = target.package(version, &[("Deploy.wat", hook)]);
        let policy = ["--policy", "policy.toml"];
        rehearse(&target, &package, &[&policy[..], &["--output", "plan.json"]].concat())
            .expect_code(0);
        let plan = [package.to_str().unwrap(), "--root", "applications", "--plan", "plan.json"];
        let ran = target.run("deploy", &[&plan[..], &policy[..]].concat()).expect_code(0);
        let told = ran.stderr.contains("not as rehearsed: the Deploy hook `Deploy.wat`: `rolled`");
        assert_eq!(told, departs, "{}", ran.stderr);
    }
}

#[test]
fn folders_that_hooks_may_write_to_are_written_to_in_a_copy() {
    let target = Target::new();
    fs::create_dir(target.path("shared")).unwrap();
    fs::write(target.path("shared/old"), "old").unwrap();
    let shared = target.path("shared").canonicalize().unwrap();
    target.write(
        "policy.toml",
        format!(
            "[[grant]]\nevery-hook = true\nfolders = [{{ path = \"{}\", access = \"read-write\", \
             guest = \"/shared\" }}]\n",
            shared.display()
        ),
    );
    // The folder is the second one that the hook finds open.
    let hook = Hook::new().write("new", "x").done();
    let hook = hook.replace("(call $path_open (i32.const 3)", "(call $path_open (i32.const 4)");
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    rehearse(&target, &package, &["--policy", "policy.toml"]).expect_code(0);
    assert_eq!(fs::read_dir(&shared).unwrap().count(), 1);
    target.deploy(&package, &["--policy", "policy.toml"]).expect_code(0);
    assert_eq!(fs::read_to_string(shared.join("new")).unwrap(), "x");
}

#[cfg(unix)]
#[test]
fn an_interrupted_rehearsal_leaves_nothing_and_a_killed_one_is_cleaned_up_by_the_next() {
    use rustix::process::{Pid, Signal, kill_process};
    let target = Target::new();
    let endless = target.package("1.0.0", &[("Deploy.wat", &Hook::new().looping().done())]);
    let quick = target.package("2.0.0", &[("a", "a")]);
    for (signal, code) in [(Signal::INT, Some(130)), (Signal::KILL, None)] {
        let mut command = cofferdam();
        command.arg("plan").arg(&endless).args(REHEARSE).current_dir(target.path(""));
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        // The hook runs once its folder is there and holds the package's file.
        let is_extracted = || {
            let folders = fs::read_dir(target.path("scratch")).into_iter().flatten().flatten();
            folders
                .into_iter()
                .any(|folder| folder.path().join("root/Acme.Web/1.0.0/Deploy.wat").exists())
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
        while !is_extracted() {
            assert!(std::time::Instant::now() < deadline, "the rehearsal never began");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), code);
        assert_eq!(left(&target) == 0, signal == Signal::INT, "{signal:?}");
    }
    finish(cofferdam().arg("plan").arg(&quick).args(REHEARSE).current_dir(target.path("")))
        .expect_code(0);
    assert_eq!(left(&target), 0);
    assert!(!target.root().exists());
}
