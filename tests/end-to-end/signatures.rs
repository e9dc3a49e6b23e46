//! Who signed the package and its hooks, as policy and records see it. Signatures are made by
//! `ssh-keygen`, by the program itself, and by other people's tools.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::target::Target;
use crate::wat::Hook;

const SCHEMA: &str = include_str!("../../docs/attestation-v1.schema.json");
const COOKBOOK: &str = include_str!("../../docs/policy.md");

/// A statement of the cookbook, beside what applies by default.
fn recipe(target: &Target, heading: &str) -> PathBuf {
    let (_, after) = COOKBOOK.split_once(heading).unwrap();
    let (_, after) = after.split_once("```cedar added\n").unwrap();
    let (statement, _) = after.split_once("```").unwrap();
    let default = target.run("policy", &["default"]).expect_code(0).stdout;
    target.write("site.cedar", format!("{default}\n{statement}"))
}

/// Makes a key pair as people have them, and returns the line for an allowed-signers file.
fn ssh_key(target: &Target, name: &str, principal: &str, options: &str) -> String {
    let path = target.path(name);
    ssh_keygen(&["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path.to_str().unwrap()]);
    let public = fs::read_to_string(path.with_extension("pub")).unwrap();
    format!("{principal} {options} {public}")
}

fn ssh_sign(target: &Target, key: &str, file: &Path) {
    let (key, file) = (target.path(key), file.to_str().unwrap());
    let _ = fs::remove_file(format!("{file}.sig"));
    ssh_keygen(&["-q", "-Y", "sign", "-n", "cofferdam", "-f", key.to_str().unwrap(), file]);
}

fn ssh_keygen(arguments: &[&str]) {
    let output = Command::new("ssh-keygen").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// `cofferdam plan` with these arguments.
fn plan(target: &Target, package: &Path, arguments: &[&str]) -> crate::target::Ran {
    let mut all = vec![package.to_str().unwrap(), "--root", "applications"];
    all.extend(arguments);
    target.run("plan", &all)
}

/// What the attestation of the deployment in `result.json` says; it fits the published schema.
fn attested(target: &Target) -> Value {
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();
    let envelope = target.json(&format!("audit/attestations/{id}.json"));
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let statement: Value = serde_json::from_slice(&payload).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("schema.json", serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(&statement, schema).unwrap_or_else(|error| panic!("{error:#}"));
    statement["predicate"].clone()
}

const RECORD: [&str; 6] =
    ["--audit-dir", "audit", "--signing-key", "record", "--result", "result.json"];

#[test]
fn production_takes_what_the_release_team_signed_and_says_why_not() {
    let target = Target::new();
    target.run("key", &["generate", "record"]).expect_code(0);
    recipe(&target, "### 2. Production takes signed packages only");
    let release = ssh_key(&target, "release", "release@acme.example", "namespaces=\"cofferdam\"");
    ssh_key(&target, "mallory", "mallory", "");
    target.write("allowed", &release);
    let package = target.package("1.0.0", &[("a", "a")]);
    let site = ["--policy", "site.cedar", "--allowed-signers", "allowed"];
    let production = [&site[..], &["--environment", "Production"]].concat();

    let refused = target.deploy(&package, &production).expect_code(5);
    refused.expect_error("site.signed-in-production");
    assert!(plan(&target, &package, &site).expect_code(0).stdout.contains("signed   by nobody"));

    ssh_sign(&target, "mallory", &package);
    target.deploy(&package, &production).expect_code(5);
    let shown = plan(&target, &package, &site).expect_code(0).stdout;
    assert!(shown.contains("signed by a stranger: SHA256:"), "{shown}");

    ssh_sign(&target, "release", &package);
    target.write("expired", release.replacen(' ', " valid-before=\"20200101Z\",", 1));
    let expired = ["--policy", "site.cedar", "--allowed-signers", "expired"];
    target
        .deploy(&package, &[&expired[..], &["--environment", "Production"]].concat())
        .expect_code(5);
    let shown = plan(&target, &package, &expired).expect_code(0).stdout;
    assert!(shown.contains("whose key expired at 2020-01-01"), "{shown}");
    assert!(!target.root().join("Acme.Web").exists(), "nothing was deployed");

    target.deploy(&package, &[&production[..], &RECORD].concat()).expect_code(0);
    let signature = &target.json("result.json")["package"]["signatures"][0];
    assert_eq!(signature["standing"], "good");
    assert_eq!(signature["signers"][0], "release@acme.example");
    let record = attested(&target);
    assert_eq!(record["signatures"][0]["verdict"], "good");
    assert_eq!(record["signatures"][0]["signers"][0], "release@acme.example");
    let shown = target.run("audit", &["show", "audit", "--kind", "started"]).expect_code(0).stdout;
    assert!(shown.contains("release@acme.example"), "{shown}");
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();
    let shown = target
        .run("history", &["--root", "applications", "--deployment", &id])
        .expect_code(0)
        .stdout;
    assert!(shown.contains("by release@acme.example"), "{shown}");
}

#[test]
fn what_a_trusted_signer_did_not_sign_is_refused_whatever_policy_says() {
    let target = Target::new();
    target.write("allowed", ssh_key(&target, "release", "release@acme.example", ""));
    let signed = target.package("1.0.0", &[("a", "a")]);
    ssh_sign(&target, "release", &signed);
    let package = target.package("2.0.0", &[("a", "evil")]);
    fs::rename(signed.with_extension("gz.sig"), package.with_extension("gz.sig")).unwrap();
    let refused = target.deploy(&package, &["--allowed-signers", "allowed"]).expect_code(10);
    refused.expect_error("the package is not what was signed");
    refused.expect_error("signed by release@acme.example, but altered");
    assert!(!target.root().join("Acme.Web").exists(), "nothing was deployed");
}

/// Recipe 3 without the feed: hooks run if their reviewers signed them.
const REVIEWED: &str = r#"
    @id("site.deploy") @reason("every package may be deployed")
    permit (principal, action == Action::"deployPackage", resource);
    @id("site.reviewed.signed") @reason("the reviewers sign what they have read")
    permit (principal, action == Action::"runHook", resource)
    when { principal.signers.contains("review@acme.example") };
"#;

#[test]
fn hooks_run_if_their_reviewers_signed_them_for_the_stage() {
    let target = Target::new();
    target.write("site.cedar", REVIEWED);
    target.write("allowed", ssh_key(&target, "review", "review@acme.example", ""));
    let reviewed = ["--policy", "site.cedar", "--allowed-signers", "allowed"];
    let hook = Hook::new().print("reviewed").write("made", "x").done();

    let package = target.package("1.0.0", &[("PreDeploy.wat", &hook)]);
    let refused = target.deploy(&package, &reviewed).expect_code(5);
    refused.expect_error("`site.reviewed.signed` would permit it");

    // The signature travels in the package, beside the hook, and goes with it.
    let in_package = target.write("content-2.0.0/PreDeploy.wat", &hook);
    ssh_sign(&target, "review", &in_package);
    let package = target.package("2.0.0", &[]);
    let more = ["--result", "result.json"];
    target.deploy(&package, &[&reviewed[..], &more].concat()).expect_code(0);
    assert_eq!(target.deployed("2.0.0", "made"), "x");
    assert!(!target.is_deployed("2.0.0", "PreDeploy.wat.sig"));
    assert_eq!(target.json("result.json")["hooks"][0]["signers"][0], "review@acme.example");

    // A custom hook whose reviewers said what it is for.
    let package = target.package("3.0.0", &[("a", "a")]);
    let custom = target.write("check.wat", &hook);
    let custom = custom.to_str().unwrap();
    target.run("sign", &[custom, "--key", "review", "--stage", "PostDeploy"]).expect_code(0);
    let trusted = ["--policy", "site.cedar", "--trusted-key", "review@acme.example.pub"];
    fs::copy(target.path("review.pub"), target.path("review@acme.example.pub")).unwrap();
    let at = |stage: &str| format!("{stage}={custom}");
    let (deploy, post_deploy) = (at("Deploy"), at("PostDeploy"));
    target
        .deploy(&package, &[&trusted[..], &["--custom-hook", &post_deploy]].concat())
        .expect_code(0);
    target.deploy(&package, &[&trusted[..], &["--custom-hook", &deploy]].concat()).expect_code(5);
    let shown = plan(&target, &package, &[&trusted[2..], &["--custom-hook", &deploy]].concat());
    let shown = shown.expect_code(0).stdout;
    assert!(shown.contains("for PostDeploy and not for Deploy"), "{shown}");
}

/// A package whose provenance other people's tools wrote and signed; see `fixtures/README.md`.
fn built(target: &Target) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/end-to-end/fixtures");
    for name in ["Acme.Built.1.0.0.tar.gz.intoto.jsonl", "ci.acme.example.pub"] {
        fs::copy(fixtures.join(name), target.path(name)).unwrap();
    }
    let package = "Acme.Built.1.0.0.tar.gz";
    fs::copy(fixtures.join(package), target.path(package)).unwrap();
    target.path(package)
}

const BUILT_BY_CI: &str = r#"
    @id("site.built-by-ci") @reason("packages come from our own builder")
    permit (principal, action == Action::"deployPackage", resource)
    when {
        resource.provenance.contains({
            "builder": "https://ci.acme.example/builder", "signer": "ci.acme.example"
        })
    };
"#;

#[test]
fn build_provenance_is_verified_decided_on_and_linked() {
    let target = Target::new();
    target.run("key", &["generate", "record"]).expect_code(0);
    let package = built(&target);
    target.write("site.cedar", BUILT_BY_CI);
    let policy = ["--policy", "site.cedar"];
    target.deploy(&package, &policy).expect_code(5).expect_error("resource.provenance is []");
    let trusted = [&policy[..], &["--trusted-key", "ci.acme.example.pub"]].concat();
    let shown = plan(&target, &package, &trusted).expect_code(0).stdout;
    assert!(shown.contains("built by https://ci.acme.example/builder"), "{shown}");

    target.deploy(&package, &[&trusted[..], &RECORD].concat()).expect_code(0);
    let link = &attested(&target)["provenance"][0];
    assert_eq!(link["name"], "https://ci.acme.example/builder");
    assert_eq!(link["uri"], "https://ci.acme.example/runs/4711");
    assert_eq!(link["digest"]["sha256"].as_str().unwrap().len(), 64);

    // The provenance of one package beside another.
    let other = target.package("1.0.0", &[("a", "a")]);
    let beside = PathBuf::from(format!("{}.intoto.jsonl", other.display()));
    fs::rename(target.path("Acme.Built.1.0.0.tar.gz.intoto.jsonl"), beside).unwrap();
    let refused = target.deploy(&other, &trusted).expect_code(10);
    refused.expect_error("the signed statement is about other content");
}

#[test]
fn keys_are_named_in_the_settings_as_well() {
    let target = Target::new();
    fs::create_dir(target.path("keys")).unwrap();
    target.run("key", &["generate", "keys/us"]).expect_code(0);
    let package = target.package("1.0.0", &[("a", "a")]);
    let arguments = [package.to_str().unwrap(), "--key", "keys/us", "--form", "dsse"];
    target.run("sign", &arguments).expect_code(0);
    target.write("site.toml", "[trust]\nkeys = [\"keys/us.pub\"]\n");
    let shown = plan(&target, &package, &["--settings", "site.toml"]).expect_code(0).stdout;
    assert!(shown.contains("signed by us (SHA256:"), "{shown}");
    target.write("bad.toml", "[trust]\nkey = \"keys/us.pub\"\n");
    plan(&target, &package, &["--settings", "bad.toml"]).expect_code(3).expect_error("key");
}

#[test]
fn policy_decides_by_the_feed_that_a_package_came_from() {
    let target = Target::new();
    target.run("key", &["generate", "record"]).expect_code(0);
    target.write(
        "site.toml",
        "[[forbid]]\nid = \"site.feed\"\nreason = \"from the main feed only\"\npackage = \"*\"\n\
         deploy = true\nunless = { package-feed = \"feeds-main\" }\n",
    );
    let package = target.package("1.0.0", &[("a", "a")]);
    let with = |more: &[&'static str]| [&["--policy", "site.toml"], &RECORD[..], more].concat();
    let refused = target.deploy(&package, &with(&[])).expect_code(5);
    refused.expect_error("`site.feed.deploy` (from the main feed only) forbids it");
    target.deploy(&package, &with(&["--feed", "feeds-old"])).expect_code(5);

    target.deploy(&package, &with(&["--feed", "feeds-main"])).expect_code(0);
    assert_eq!(attested(&target)["context"]["feed"], "feeds-main");
    let show = ["show", "audit", "--kind", "started", "--json"];
    let started: Value =
        serde_json::from_str(&target.run("audit", &show).expect_code(0).stdout).unwrap();
    assert_eq!(started["payload"]["package-feed"], "feeds-main");

    // As Octopus says it.
    let variable = ["-v", "Octopus.Action.Package.FeedId=feeds-main"];
    target.deploy(&package, &with(&variable)).expect_code(0);
    let shown = plan(&target, &package, &["--policy", "site.toml", variable[0], variable[1]]);
    let shown = shown.expect_code(0).stdout;
    assert!(shown.contains("feed     feeds-main"), "{shown}");
}

#[test]
fn a_hook_that_is_run_alone_is_judged_by_its_signers_and_its_manifest_too() {
    let target = Target::new();
    target.write("site.cedar", REVIEWED);
    target.write("allowed", ssh_key(&target, "review", "review@acme.example", ""));
    let hook = target.write("check.wat", Hook::new().write("made", "x").done());
    std::fs::create_dir(target.path("work")).unwrap();
    let hook_name = hook.to_str().unwrap();
    let run = |policy: &[&str]| {
        let arguments = [&[hook_name, "--dir", "work", "--allowed-signers", "allowed"], policy];
        target.run("run-hook", &arguments.concat())
    };
    let reviewed = ["--policy", "site.cedar", "--stage", "PreDeploy"];
    run(&reviewed).expect_code(5).expect_error("`site.reviewed.signed` would permit it");
    ssh_sign(&target, "review", &hook);
    let ran = run(&reviewed).expect_code(0);
    assert!(ran.stderr.contains("signed   check.wat.sig: signed by"), "{}", ran.stderr);
    assert!(target.path("work/made").exists());
    // Somebody who is trusted signed something else: no policy helps.
    target.write("check.wat", Hook::new().write("other", "x").done());
    run(&[]).expect_code(10).expect_error("is not what was signed");
}
