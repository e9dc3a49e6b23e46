//! What did happen is provable.

use std::fs;

use crate::target::Target;
use crate::wat::Hook;

#[test]
fn a_deployment_is_on_record_attested_and_its_receipt_verifies_offline() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package =
        target.package("1.0.0", &[("Deploy.wat", &Hook::new().write("made", "x").done())]);
    let arguments = ["--audit-dir", "audit", "--signing-key", "key", "--result", "result.json"];
    target.deploy(&package, &arguments).expect_code(0);

    let verified = target.run("audit", &["verify", "audit", "--key", "key.pub"]).expect_code(0);
    assert!(verified.stdout.contains("intact"), "{}", verified.stdout);
    let shown =
        target.run("audit", &["show", "audit", "--kind", "hook-started", "--json"]).expect_code(0);
    assert_eq!(shown.stdout.lines().count(), 1, "{}", shown.stdout);

    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();
    let attestation = format!("audit/attestations/{id}.json");
    let package = package.to_str().unwrap();
    let folder = target.root().join("Acme.Web/1.0.0");
    let verify = [
        "verify",
        &attestation,
        "--key",
        "key.pub",
        "--package",
        package,
        "--folder",
        folder.to_str().unwrap(),
    ];
    target.run("attest", &verify).expect_code(0);

    let make = [
        "make",
        &id,
        "--log",
        "audit",
        "--attestation",
        &attestation,
        "--key",
        "key.pub",
        "--output",
        "receipt.json",
    ];
    target.run("receipt", &make).expect_code(0);
    target.run("receipt", &["verify", "receipt.json", "--key", "key.pub"]).expect_code(0);

    // A folder that was touched afterwards is no longer the one that was attested.
    fs::write(folder.join("made"), "y").unwrap();
    target.run("attest", &verify).expect_code(10);
}

#[test]
fn a_changed_record_is_found() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    target.deploy(&package, &["--audit-dir", "audit", "--signing-key", "key"]).expect_code(0);
    let mut log = fs::read_dir(target.path("audit")).unwrap().map(|entry| entry.unwrap().path());
    let log = log.find(|path| path.extension().is_some_and(|e| e == "jsonl")).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.replacen("Acme.Web", "Acme.Wob", 1)).unwrap();
    let verified = target.run("audit", &["verify", "audit", "--key", "key.pub"]).expect_code(10);
    assert!(verified.stdout.contains("NOT INTACT"), "{}", verified.stdout);
}

#[test]
fn an_audit_log_that_cannot_be_written_stops_the_deployment() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    target.write("audit", "a file where the folder should be");
    let package = target.package("1.0.0", &[("a", "a")]);
    target.deploy(&package, &["--audit-dir", "audit", "--signing-key", "key"]).expect_code(9);
    assert!(!target.root().join("Acme.Web").exists());
}

#[test]
fn signatures_are_good_or_say_why_not() {
    let target = Target::new();
    target.run("key", &["generate", "ours"]).expect_code(0);
    target.run("key", &["generate", "theirs"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    let package = package.to_str().unwrap();
    target.run("verify", &[package, "--key", "ours.pub"]).expect_code(10);
    target.run("sign", &[package, "--key", "ours"]).expect_code(0);
    target.run("verify", &[package, "--key", "ours.pub"]).expect_code(0);
    let ran = target.run("verify", &[package, "--key", "theirs.pub"]).expect_code(10);
    assert!(ran.stdout.contains("stranger"), "{}", ran.stdout);
    let mut bytes = fs::read(package).unwrap();
    bytes[20] ^= 1;
    fs::write(package, bytes).unwrap();
    let ran = target.run("verify", &[package, "--key", "ours.pub"]).expect_code(10);
    assert!(ran.stdout.contains("altered"), "{}", ran.stdout);
}
