//! A deployment on record, done again.

use std::path::Path;

use crate::rehearsal::{CHANCE, DICE};
use crate::target::{Ran, Target, cofferdam, finish};
use crate::wat::Hook;

const SUBSTITUTE: [&str; 6] = [
    "--feature",
    "Octopus.Features.SubstituteInFiles",
    "-v",
    "Octopus.Action.SubstituteInFiles.TargetFiles=*.config",
    "-v",
    "Octopus.Action.Name=Web",
];

/// Deploys on record, and gives the attestation.
fn deploy(target: &Target, package: &Path, more: &[&str]) -> String {
    if !target.path("key").exists() {
        target.run("key", &["generate", "key"]).expect_code(0);
    }
    let record = ["--audit-dir", "audit", "--signing-key", "key", "--result", "result.json"];
    let arguments = [&record[..], &["-e", "Production"], more].concat();
    target.deploy(package, &arguments);
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();
    format!("audit/attestations/{id}.json")
}

fn reproduce(target: &Target, attestation: &str, package: &Path, more: &[&str]) -> Ran {
    let package = package.to_str().unwrap();
    let arguments = [attestation, "--package", package, "--key", "key.pub", "--scratch", "scratch"];
    target.run("reproduce", &[&arguments[..], more].concat())
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SUBSTITUTE[..], more].concat()
}

#[test]
fn the_same_package_variables_and_grants_give_the_same_folder_elsewhere() {
    let target = Target::new();
    target.deploy(&target.package("0.9.0", &[("a", "a")]), &["-e", "Production"]);
    let files = [
        // Paths, earlier versions, the machine and the environment all come into it.
        (
            "all.config",
            "#{Octopus.Action.Package.InstallationDirectoryPath} #{Octopus.Machine.Name} \
             #{Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion} \
             #{Octopus.Environment.Name} #{Greeting} #{Password}",
        ),
        ("Deploy.wat", &Hook::new().write("made", "x").output("Colour", "green").done()),
        ("PostDeploy.wat", DICE),
    ];
    let package = target.package("1.0.0", &files);
    target.write("secret", "hunter2hunter2\n");
    let more = with(&["-v", "Greeting=hello", "--sensitive-variable", "Password=@secret"]);
    let attestation = deploy(&target, &package, &more);
    assert!(target.root().join("Production/Acme.Web/1.0.0/made").exists());
    std::fs::remove_dir_all(target.root()).unwrap();

    let ran = reproduce(&target, &attestation, &package, &more).expect_code(0);
    assert!(ran.stdout.starts_with("reproduced\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("not compared"), "{}", ran.stdout);
    assert!(!target.root().exists(), "nothing is deployed");

    // Other variables are named before anything runs.
    let other = ["-v", "Greeting=bye", "-v", "New=x", "--sensitive-variable", "Password=@secret"];
    let ran = reproduce(&target, &attestation, &package, &with(&other)).expect_code(3);
    ran.expect_error(
        "the variables are not those of the deployment: `Greeting` has another value; `New` was not given then",
    );

    // Another secret gives another file, by the hook that wrote it, and is named where the key is known.
    target.write("secret", "*******\n");
    let ran = reproduce(&target, &attestation, &package, &more).expect_code(10);
    let expected =
        "differs the SubstituteInFiles hook `SubstituteInFiles`: `all.config` has another";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    assert!(ran.stdout.starts_with("NOT REPRODUCED\n"), "{}", ran.stdout);
    let digest_key = with(&[&more[6..], &["--digest-key", "audit/digest.key"]].concat());
    let ran = reproduce(&target, &attestation, &package, &digest_key).expect_code(3);
    ran.expect_error("the variables are not those of the deployment: `Password` has another value");
}

/// What another machine has of its own, as far as one machine can show it: another folder, home, time zone,
/// language and mask of permissions, and no root on the command line.
#[test]
fn a_deployment_is_reproduced_with_another_home_time_zone_language_and_mask() {
    let target = Target::new();
    let files = [
        ("where.config", "#{Octopus.Action.Package.InstallationDirectoryPath} #{Greeting}"),
        (
            "Deploy.wat",
            &Hook::new().write("made", "x").output("Colour", "green").artifact("made", "M").done(),
        ),
    ];
    let package = target.package("1.0.0", &files);
    target.run("key", &["generate", "key"]).expect_code(0);
    target.run("key", &["generate", "release"]).expect_code(0);
    target.run("sign", &[package.to_str().unwrap(), "--key", "release"]).expect_code(0);
    let given = with(&["-v", "Greeting=hello"]);
    let mut deploy = cofferdam();
    deploy.arg("deploy").arg(&package).args(&given).args(["--trusted-key", "release.pub"]);
    deploy.args(["--audit-dir", "audit", "--signing-key", "key", "--result", "result.json"]);
    let home = target.path("home");
    deploy.env("HOME", &home).env("TZ", "UTC").current_dir(target.path("."));
    finish(&mut deploy).expect_code(0);
    assert!(home.join("Applications/Acme.Web/1.0.0/made").exists());
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();

    let elsewhere = Target::new();
    let bring = |from: &Path, name: &str| {
        let to = elsewhere.path(name);
        std::fs::copy(from, &to).unwrap();
        to
    };
    let package = bring(&package, "Acme.Web.1.0.0.tar.gz");
    bring(&target.path(&format!("audit/attestations/{id}.json")), "attestation.json");
    bring(&target.path("key.pub"), "key.pub");
    let program = cofferdam();
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "umask 077; exec \"$@\"", "sh"]).arg(program.get_program());
    shell.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.args(["reproduce", "attestation.json", "--key", "key.pub", "--package"]).arg(&package);
    shell.args(&given).args(["--scratch", "scratch"]).current_dir(elsewhere.path("."));
    shell.env("HOME", elsewhere.path("home")).env("USER", "somebody");
    shell.env("TZ", "Asia/Kathmandu").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "tr_TR.UTF-8");
    let ran = finish(&mut shell).expect_code(0);
    assert!(ran.stdout.starts_with("reproduced\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("folder   the same"), "{}", ran.stdout);
}

#[test]
fn a_hook_that_was_granted_chance_is_caught_and_named() {
    let target = Target::new();
    target.write("policy.toml", CHANCE);
    let steady = Hook::new().write("made", "x").done();
    let package = target.package("1.0.0", &[("PreDeploy.wat", &steady), ("Deploy.wat", DICE)]);
    let attestation = deploy(&target, &package, &["--policy", "policy.toml"]);
    let ran = reproduce(&target, &attestation, &package, &[]).expect_code(10);
    let expected = "differs the Deploy hook `Deploy.wat`: `rolled` has another content";
    assert!(ran.stdout.contains(expected), "{}", ran.stdout);
    assert!(ran.stdout.contains("granted what is not the same twice"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("PreDeploy"), "{}", ran.stdout);
}

#[test]
fn a_failure_is_reproduced_too() {
    let target = Target::new();
    let failed = Hook::new().write("cleaned-up", "yes").done();
    let files = [("Deploy.wat", Hook::new().exit(3)), ("DeployFailed.wat", failed)];
    let files: Vec<(&str, &str)> = files.iter().map(|(n, c)| (*n, c.as_str())).collect();
    let package = target.package("1.0.0", &files);
    let attestation = deploy(&target, &package, &[]);
    let ran = reproduce(&target, &attestation, &package, &[]).expect_code(0);
    assert!(ran.stdout.starts_with("reproduced\n"), "{}", ran.stdout);
}

#[test]
fn a_custom_installation_folder_is_compared_where_it_was_empty() {
    let target = Target::new();
    let hook = Hook::new().write("made", "x").done();
    let package = target.package("1.0.0", &[("PostDeploy.wat", &hook)]);
    let site = target.path("site");
    let more = ["--installation-directory", site.to_str().unwrap()];
    let attestation = deploy(&target, &package, &more);
    let ran = reproduce(&target, &attestation, &package, &more).expect_code(0);
    assert!(ran.stdout.contains("folder   the same"), "{}", ran.stdout);
    // Now it is not empty any more.
    let attestation = deploy(&target, &package, &more);
    let ran = reproduce(&target, &attestation, &package, &more).expect_code(0);
    assert!(ran.stdout.contains("not compared: the custom installation"), "{}", ran.stdout);
}

#[test]
fn what_is_not_the_recorded_deployment_is_refused() {
    let target = Target::new();
    let hook = Hook::new().write("made", "x").done();
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    let attestation = deploy(&target, &package, &[]);

    // The same content under another name is another deployment.
    let renamed = target.package("1.0.1", &[("Deploy.wat", &hook)]);
    let ran = reproduce(&target, &attestation, &renamed, &[]).expect_code(3);
    ran.expect_error("the extraction folder was Production/Acme.Web/1.0.0");

    let other = target.package("1.0.2", &[("Deploy.wat", &hook), ("more", "x")]);
    let ran = reproduce(&target, &attestation, &other, &[]).expect_code(10);
    assert!(ran.stdout.contains("not about the package"), "{}", ran.stdout);

    let ran = reproduce(&target, &attestation, &package, &SUBSTITUTE[..2]).expect_code(3);
    ran.expect_error("the list of features was none");

    let ran = reproduce(&target, &attestation, &package, &["-e", "Test"]).expect_code(3);
    ran.expect_error("Production/Acme.Web");

    let custom = target.write("custom.wat", &hook);
    let custom = format!("Deploy={}", custom.display());
    let attestation = deploy(&target, &package, &["--custom-hook", &custom]);
    let ran = reproduce(&target, &attestation, &package, &[]).expect_code(3);
    ran.expect_error("the Deploy hook `custom.wat` is missing");

    target.run("key", &["generate", "other"]).expect_code(0);
    let package = package.to_str().unwrap();
    let arguments = [&attestation, "--package", package, "--key", "other.pub"];
    target.run("reproduce", &arguments).expect_code(10);
}
