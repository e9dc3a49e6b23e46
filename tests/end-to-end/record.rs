//! What did happen is provable.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::target::{Target, cofferdam, finish};
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

/// The file that holds the records of a log that is not long.
fn records(target: &Target) -> PathBuf {
    let mut files = fs::read_dir(target.path("audit")).unwrap().map(|entry| entry.unwrap().path());
    let is_segment = |path: &PathBuf| path.to_string_lossy().contains("/records-");
    files.find(is_segment).unwrap()
}

fn verify(target: &Target, code: i32, more: &[&str]) -> String {
    let arguments = [&["verify", "audit", "--key", "key.pub"], more].concat();
    target.run("audit", &arguments).expect_code(code).stdout
}

const RECORD: [&str; 4] = ["--audit-dir", "audit", "--signing-key", "key"];

#[test]
fn what_is_refused_before_anything_is_done_is_on_record() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().done())]);
    target.write(
        "site.cedar",
        "@id(\"site.none\") @reason(\"not today\")\n\
         forbid (principal, action == Action::\"deployPackage\", resource);",
    );
    target.deploy(&package, &[&RECORD[..], &["--policy", "site.cedar"]].concat()).expect_code(5);
    let show = ["show", "audit", "--kind", "rejected", "--json"];
    let shown = target.run("audit", &show).expect_code(0).stdout;
    let rejected: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let payload = &rejected["payload"];
    assert_eq!(payload["package-id"], "Acme.Web");
    assert_eq!(payload["package-sha256"].as_str().unwrap().len(), 64);
    assert_eq!(payload["refusals"][0]["statement"], "site.none");
    // The hook was refused as well, for want of a permit.
    let permit = payload["refusals"][1]["smallest-permit"].as_str().unwrap();
    assert!(permit.contains("Action::\"runHook\""), "{permit}");

    let bad = target.package("2.0.0", &[("Deploy.wat", "(module")]);
    target.deploy(&bad, &RECORD).expect_code(3);
    target
        .run("plan", &[package.to_str().unwrap(), "--root", "applications", "-o", "plan"])
        .expect_code(0);
    let other = ["-v", "A=1", "--plan", "plan"];
    target.deploy(&package, &[&RECORD[..], &other].concat()).expect_code(7);
    let shown = target.run("audit", &show).expect_code(0).stdout;
    let last: Vec<&str> = shown.lines().collect();
    assert_eq!(last.len(), 3, "{shown}");
    assert!(last[2].contains("the plan does not hold any more"), "{shown}");
    assert!(verify(&target, 0, &[]).contains("intact"));
    assert!(!target.root().join("Acme.Web").exists());
}

#[test]
fn a_log_cut_back_to_an_older_signed_state_is_found_through_a_checkpoint_that_was_handed_out() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    target.write(
        "site.toml",
        "audit-dir = \"audit\"\nsigning-key = \"key\"\ncheckpoint-file = \"kept\"\n",
    );
    let deploy = || target.deploy(&package, &["--settings", "site.toml"]).expect_code(0);
    deploy();
    let (records, checkpoints) = (records(&target), target.path("audit/checkpoints.jsonl"));
    let old = (fs::read(&records).unwrap(), fs::read(&checkpoints).unwrap());
    deploy();
    verify(&target, 0, &["--checkpoint-file", "kept"]);
    fs::write(records, old.0).unwrap();
    fs::write(checkpoints, old.1).unwrap();
    verify(&target, 0, &[]);
    let found = verify(&target, 10, &["--checkpoint-file", "kept"]);
    assert!(found.contains("NOT INTACT"), "{found}");
    target
        .deploy(&package, &["--checkpoint-file", "kept"])
        .expect_code(2)
        .expect_error("there is no audit log");
}

#[test]
fn deployments_at_the_same_time_share_a_log() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("x").done())]);
    let start = |root: &str| {
        let mut command = cofferdam();
        command.arg("deploy").arg(&package).arg("--root").arg(target.path(root)).args(RECORD);
        command.current_dir(target.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let running: Vec<_> = ["one", "two", "three"].map(start).into_iter().collect();
    for mut process in running {
        assert!(process.wait().unwrap().success());
    }
    assert!(verify(&target, 0, &[]).contains("intact"));
    let ended = target.run("audit", &["show", "audit", "--kind", "ended"]).expect_code(0).stdout;
    assert_eq!(ended.lines().count(), 3, "{ended}");
}

#[test]
fn a_torn_last_record_is_found_kept_aside_and_healed() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    target.deploy(&package, &RECORD).expect_code(0);
    let mut file = fs::OpenOptions::new().append(true).open(records(&target)).unwrap();
    file.write_all(b"{\"deployment\":\"0193").unwrap();
    assert!(verify(&target, 10, &[]).contains("NOT INTACT"));
    target.deploy(&package, &RECORD).expect_code(0);
    verify(&target, 0, &[]);
    let healed = target.run("audit", &["show", "audit", "--kind", "log-healed"]).expect_code(0);
    assert!(healed.stdout.contains("incomplete-line"), "{}", healed.stdout);
}

/// How large a file may become in the test below: larger than everything but the log.
#[cfg(target_os = "linux")]
const LIMIT_BYTES: u64 = 4 << 20;

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_stops_a_deployment_before_it_does_what_cannot_be_recorded() {
    use cofferdam_audit::{Log, LogOptions, SigningKey};
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let hook = Hook::new().write("made", "x").done();
    let package = target.package("1.0.0", &[("PreDeploy.wat", &hook)]);
    target.deploy(&package, &RECORD).expect_code(0);

    // Room for the first two or three records of a deployment, and not for the hook's start.
    let key = SigningKey::read_file(&target.path("key")).unwrap();
    let mut log = Log::open(&target.path("audit"), &key, LogOptions::default()).unwrap();
    loop {
        let room = LIMIT_BYTES - fs::metadata(records(&target)).unwrap().len();
        let Some(length) = room.checked_sub(2_300).filter(|length| *length > 0) else { break };
        let filler = "x".repeat(usize::try_from(length.min(500_000)).unwrap());
        log.append("filler", "message", &serde_json::json!({ "text": filler })).unwrap();
    }
    drop(log);

    // With the signal ignored, writing beyond the limit is an error as on a full disk.
    let mut limited = Command::new("bash");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", LIMIT_BYTES / 1024);
    limited.arg("-c").arg(script).arg("bash");
    let deploy = target.deploy_command(&package);
    limited.arg(deploy.get_program()).args(deploy.get_args()).args(RECORD);
    limited.env_clear().current_dir(target.path("")).stdin(Stdio::null());
    limited.envs(deploy.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let stopped = finish(&mut limited).expect_code(9);
    stopped.expect_error("the audit log cannot be written");
    assert!(!target.root().join("Acme.Web/1.0.0_1/made").exists());
    assert!(verify(&target, 0, &[]).contains("intact"));
    let hooks = target.run("audit", &["show", "audit", "--kind", "hook-started"]).expect_code(0);
    assert_eq!(hooks.stdout.lines().count(), 1, "{}", hooks.stdout);

    target.deploy(&package, &RECORD).expect_code(0);
    verify(&target, 0, &[]);
}

#[test]
fn packages_that_are_none_are_on_record_and_the_root_is_left_alone() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    let record = ["--audit-dir", "audit", "--signing-key", "key"];
    let nameless = target.write("secret-hunter2hunter2.zip", "no archive");
    target.write("secret", "hunter2hunter2\n");
    let sensitive = ["--sensitive-variable", "Password=@secret"];
    target.deploy(&nameless, &[&record[..], &sensitive].concat()).expect_code(4);
    target.deploy(&target.path("Acme.Web.1.0.0.zip"), &record).expect_code(4);
    let damaged = target.write("Acme.Web.2.0.0.zip", "no archive");
    target.deploy(
        &damaged,
        &[&record[..], &["-v", "Octopus.Action.Package.UpdateIisWebsite=true"]].concat(),
    );
    assert!(!target.root().exists(), "nothing was made");

    let show = ["show", "audit", "--kind", "rejected", "--json"];
    let shown = target.run("audit", &show).expect_code(0).stdout;
    let rejected: Vec<serde_json::Value> =
        shown.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = |key: &str| -> Vec<&str> {
        rejected.iter().map(|record| record["payload"][key].as_str().unwrap()).collect()
    };
    assert_eq!(said("package-id")[1..], ["Acme.Web.1.0.0.zip", "Acme.Web.2.0.0.zip"], "{shown}");
    assert!(said("error")[1].contains("Acme.Web.1.0.0.zip"), "{shown}");
    assert!(said("error")[2].contains("UpdateIisWebsite"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
    target.run("audit", &["verify", "audit", "--key", "key.pub"]).expect_code(0);
}

#[test]
fn the_key_of_the_log_can_be_changed() {
    let target = Target::new();
    target.run("key", &["generate", "first"]).expect_code(0);
    target.run("key", &["generate", "second"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    target.deploy(&package, &["--audit-dir", "audit", "--signing-key", "first"]).expect_code(0);
    let second = ["--audit-dir", "audit", "--signing-key", "second"];
    let refused = target.deploy(&package, &second).expect_code(9);
    refused.expect_error("--former-key");
    let former = ["--former-key", "first.pub"];
    target.deploy(&package, &[&second[..], &former].concat()).expect_code(0);
    // From then on it is the log's key.
    target.deploy(&package, &second).expect_code(0);
    let verify = ["verify", "audit", "--key", "first.pub", "--key", "second.pub"];
    target.run("audit", &verify).expect_code(0);
    target.run("audit", &verify[..4]).expect_code(10);
}
