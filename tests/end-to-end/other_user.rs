//! What another user of the machine than the one who deployed can see for themselves.

#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use crate::target::{Ran, Target, cofferdam, finish};
use crate::wat::Hook;
use crate::worker_user::can_be_somebody_else;

/// Nobody, who owns nothing.
const USER: u32 = 65_534;

/// A folder of another user, as far as this machine lets a test have one: somebody else has
/// to be there, and able to start the program.
fn of_another_user() -> Option<Target> {
    if !can_be_somebody_else() {
        return None;
    }
    let theirs = Target::new();
    chown(theirs.path("."), Some(USER), Some(USER)).unwrap();
    if cofferdam().arg("--version").uid(USER).gid(USER).output().is_err() {
        eprintln!("NOTICE: the program is in a folder that others cannot enter; nothing is shown");
        return None;
    }
    Some(theirs)
}

/// Runs the program as that user, in their folder.
fn run_as_them(theirs: &Target, subcommand: &str, arguments: &[&str]) -> Ran {
    let mut command = cofferdam();
    command.arg(subcommand).args(arguments).current_dir(theirs.path("."));
    command.env("COFFERDAM_CACHE_DIR", theirs.path("cache")).env("USER", "nobody");
    finish(command.uid(USER).gid(USER))
}

fn hand_over(from: &Path, theirs: &Target, name: &str) {
    fs::copy(from, theirs.path(name)).unwrap();
    fs::set_permissions(theirs.path(name), Permissions::from_mode(0o644)).unwrap();
}

#[test]
fn evidence_holds_and_is_reproduced_for_another_user_who_may_not_look_at_the_root() {
    let Some(theirs) = of_another_user() else { return };
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let hook = Hook::new().write("made", "x").output("Colour", "green").done();
    let package = target.package("1.0.0", &[("a/b", "y"), ("Deploy.wat", &hook)]);
    let record = ["--audit-dir", "audit", "--signing-key", "key", "--result", "result.json"];
    target.deploy(&package, &[&record[..], &["-v", "Greeting=hi"]].concat()).expect_code(0);
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();
    let attestation = format!("audit/attestations/{id}.json");
    let make = ["make", &id, "--log", "audit", "--attestation", &attestation, "--key", "key.pub"];
    target.run("receipt", &[&make[..], &["--output", "receipt.json"]].concat()).expect_code(0);

    hand_over(&package, &theirs, "Acme.Web.1.0.0.tar.gz");
    hand_over(&target.path(&attestation), &theirs, "attestation.json");
    for name in ["receipt.json", "key.pub"] {
        hand_over(&target.path(name), &theirs, name);
    }
    let ran = run_as_them(&theirs, "receipt", &["verify", "receipt.json", "--key", "key.pub"]);
    assert!(ran.expect_code(0).stdout.contains(": good\n"));
    let what = ["--package", "Acme.Web.1.0.0.tar.gz", "--key", "key.pub"];
    let verify = [&["verify", "attestation.json"], &what[..]].concat();
    run_as_them(&theirs, "attest", &verify).expect_code(0);
    let again = [&["attestation.json"], &what[..], &["--scratch", "scratch", "-v", "Greeting=hi"]];
    let ran = run_as_them(&theirs, "reproduce", &again.concat()).expect_code(0);
    assert!(ran.stdout.starts_with("reproduced\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("not compared"), "{}", ran.stdout);

    // What they may not look at is not said to be absent.
    let root = target.root();
    fs::set_permissions(target.path("."), Permissions::from_mode(0o755)).unwrap();
    let ran = run_as_them(&theirs, "history", &["--root", root.to_str().unwrap()]);
    ran.expect_code(11).expect_error("cannot be looked at: Permission denied");
}
