//! The guest inside a package: the host works with what it left behind, and has it on record.

use std::fs;

use crate::guest::{Guest, Kind};
use crate::scene::{Ran, Scene, assert_holds_nothing_of_others, assert_host_is_healthy};

/// Deploys the guest and looks at what came of it.
type Test = fn(&Guest);

/// Every deployment, by what must not happen or must be on record.
pub(crate) const DEPLOYMENTS: &[(&str, Test)] = &[
    ("links-are-not-kept-as-artifacts", links_are_not_kept_as_artifacts),
    ("artifacts-stay-where-they-belong", artifacts_stay_where_they_belong),
    ("links-that-lead-out-are-not-installed", links_that_lead_out_are_not_installed),
    ("the-record-names-the-limit", the_record_names_the_limit),
    ("secrets-are-not-on-record", secrets_are_not_on_record),
];

/// Deploys a package whose hook at PreDeploy carries out an attack.
fn deploy(scene: &Scene, guest: &Guest, attack: &str, arguments: &[&str]) -> Ran {
    let content = scene.file("content");
    fs::create_dir_all(content.join("sub/deep")).unwrap();
    fs::write(content.join("inside.txt"), "inside").unwrap();
    fs::write(content.join("sub/deep/file"), "a folder is packed with what is in it").unwrap();
    fs::copy(guest.module(Kind::Preview1), content.join("PreDeploy.wasm")).unwrap();
    let mut pack = scene.cofferdam("pack");
    pack.arg(&content).args(["--id", "Hostile", "--version", "1.0.0", "--output"]);
    pack.arg(scene.file("packages"));
    fs::create_dir(scene.file("packages")).unwrap();
    let package = scene.finish(&mut pack).expect_code(0).stdout;

    let mut deploy = scene.cofferdam("deploy");
    deploy.arg(package.trim_end()).arg("--root").arg(scene.enclosure());
    scene.give_variables_and_policy(&mut deploy);
    deploy.args(["--variable", &format!("Attack={attack}")]).args(arguments);
    let ran = scene.finish(&mut deploy);
    ran.assert_harmless();
    // The root is where the enclosure of the other attacks is, so that what lies around it counts.
    scene.assert_untouched();
    assert_host_is_healthy();
    ran
}

/// The same with an audit log.
fn deploy_on_record(scene: &Scene, guest: &Guest, attack: &str, arguments: &[&str]) -> Ran {
    scene.finish(scene.cofferdam("key").args(["generate", "key"])).expect_code(0);
    let arguments = [&["--audit-dir", "audit", "--signing-key", "key"], arguments].concat();
    deploy(scene, guest, attack, &arguments)
}

/// The audit log, as JSON.
fn record(scene: &Scene) -> Ran {
    scene.finish(scene.cofferdam("audit").args(["show", "audit", "--json"])).expect_code(0)
}

fn links_are_not_kept_as_artifacts(guest: &Guest) {
    let arguments = ["--artifacts-dir", "artifacts"];
    for (attack, says) in [
        ("plant-link-for-the-host", "it leads out of the folder"),
        ("hand-in-a-link-that-was-moved", "is not kept: it cannot be read: a path led outside"),
    ] {
        let scene = Scene::new();
        deploy(&scene, guest, attack, &arguments).expect_error(says);
        if scene.file("artifacts").exists() {
            assert_holds_nothing_of_others(&scene.file("artifacts"));
        }
    }
}

fn artifacts_stay_where_they_belong(guest: &Guest) {
    let scene = Scene::new();
    let arguments = ["--artifacts-dir", "artifacts"];
    deploy(&scene, guest, "name-artifacts-badly", &arguments).expect_code(0);
    // Each deployment has a folder of its own in there.
    let of_deployment = fs::read_dir(scene.file("artifacts")).unwrap().next().unwrap().unwrap();
    let mut kept = Vec::new();
    for entry in fs::read_dir(of_deployment.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(fs::read_to_string(entry.path()).unwrap(), "inside");
        kept.push(entry.file_name().into_string().unwrap());
    }
    kept.sort();
    assert_eq!(kept, ["##octopus[setVariable", "a_[2Jb", "artifact", "con", "owned", "passwd"]);
}

/// A link that leads out where it was moved to is there when the files are copied.
fn links_that_lead_out_are_not_installed(guest: &Guest) {
    let scene = Scene::new();
    let target = scene.file("installed");
    let arguments = ["--installation-directory", target.to_str().unwrap()];
    let ran = deploy(&scene, guest, "follow-link-that-was-moved", &arguments).expect_code(1);
    ran.expect_error("leads to `../../canary.txt`, out of the folder, and is not copied");
    assert!(target.join("moved").symlink_metadata().is_err(), "the link was copied");
}

fn the_record_names_the_limit(guest: &Guest) {
    for (attack, limit) in [
        ("loop-for-ever", "cpu-time=1s"),
        ("fill-the-disk-with-one-file", "written-bytes=2MiB"),
        ("take-every-descriptor", "open-files=20"),
    ] {
        let scene = Scene::new();
        let ran = deploy_on_record(&scene, guest, attack, &["--limit", limit]).expect_code(1);
        let (name, value) = limit.split_once('=').unwrap();
        let reached = format!("reached the limit `{name}` of {value}");
        ran.expect_error(&reached);
        let record = record(&scene);
        assert!(record.stdout.contains(&reached), "{record}");
    }
}

fn secrets_are_not_on_record(guest: &Guest) {
    for attack in ["print-secret", "print-secret-as-base64", "hand-out-secret-as-output"] {
        let scene = Scene::new();
        deploy_on_record(&scene, guest, attack, &["--result", "result.json"]).expect_code(0);
        record(&scene).assert_harmless();
        let stdout = fs::read_to_string(scene.file("result.json")).unwrap();
        Ran { code: None, stdout, stderr: String::new() }.assert_harmless();
    }
}
