//! Bad input: a clear error, its own exit code, and nothing half-done.

use std::fs;
use std::process::Command;

use crate::target::{Target, cofferdam, finish};
use crate::wat::Hook;

#[test]
fn what_cannot_be_a_package_is_exit_code_4() {
    let target = Target::new();
    for (name, content, part) in [
        ("Acme.Web.1.0.0.7z", "x", "unsupported file extension"),
        ("Acme.Web.1.0.0.zip", "this is no zip", "is not a zip archive"),
        ("Acme.Web.1.0.1.zip", "", "`Acme.Web.1.0.1.zip` is empty"),
        (
            "noversion.zip",
            "PK\u{5}\u{6}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "names no id and version",
        ),
    ] {
        let package = target.write(name, content);
        let ran = target.deploy(&package, &[]).expect_code(4);
        ran.expect_error(part);
    }
    let ran = target.deploy(&target.path("missing.1.0.0.zip"), &[]).expect_code(4);
    ran.expect_error("cannot read the package");
    fs::create_dir(target.path("site")).unwrap();
    let ran = target.deploy(&target.path("site"), &[]).expect_code(4);
    ran.expect_error("is a folder and not a package: `cofferdam pack`");
    assert!(!target.root().join("Acme.Web").exists());
}

#[test]
fn a_hostile_package_is_refused_and_leaves_nothing() {
    let target = Target::new();
    fs::create_dir_all(target.path("evil")).unwrap();
    target.write("canary", "canary");
    let package = target.path("Acme.Web.1.0.0.tar.gz");
    let made = Command::new("tar")
        .args(["-czf"])
        .arg(&package)
        .args(["-P", "--transform", "s#^canary#../../../canary#", "canary"])
        .current_dir(target.path(""))
        .status()
        .unwrap();
    assert!(made.success());
    let ran = target.deploy(&package, &[]).expect_code(4);
    ran.expect_error("../../../canary");
    assert!(!target.root().join("Acme.Web").exists());
    assert_eq!(fs::read_to_string(target.path("canary")).unwrap(), "canary");
}

#[test]
fn a_truncated_package_is_refused() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("big", &"x".repeat(200_000))]);
    let bytes = fs::read(&package).unwrap();
    fs::write(&package, &bytes[..bytes.len() / 2]).unwrap();
    target.deploy(&package, &[]).expect_code(4);
}

#[test]
fn mistakes_on_the_command_line_are_exit_code_2() {
    for arguments in [
        vec!["deploy"],
        vec!["frobnicate"],
        vec!["deploy", "p.zip", "--limit", "memmory=1GiB"],
        vec!["deploy", "p.zip", "--sensitive-variable", "Password=hunter2"],
        vec!["deploy", "p.zip", "--custom-hook", "Sometime=x.wasm"],
        // Seconds or milliseconds?
        vec!["deploy", "p.zip", "--lock-timeout", "10"],
    ] {
        let ran = finish(cofferdam().args(&arguments));
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn files_that_cannot_be_used_are_exit_code_3_with_line_and_column() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "a")]);
    let broken = target.write("broken.json", "{\n  \"A\": \"1\",\n}");
    let ran = target.deploy(&package, &["--variables", broken.to_str().unwrap()]).expect_code(3);
    ran.expect_error("broken.json");
    ran.expect_error("line 3");

    let settings = target.write("cofferdam.toml", "enviroment = \"Test\"\n");
    let ran = target.deploy(&package, &["--settings", settings.to_str().unwrap()]).expect_code(3);
    ran.expect_error("did you mean `environment`");

    let not_wasm = target.write("hook.wasm", "MZ");
    let hook = format!("Deploy={}", not_wasm.display());
    let ran = target.deploy(&package, &["--custom-hook", &hook]).expect_code(3);
    ran.expect_error("not a WebAssembly module");

    let ran = target.deploy(&package, &["--features-dir", "nowhere"]).expect_code(3);
    ran.expect_error("the catalogue of features `nowhere` is not a folder");
    target.write("hook.wat", Hook::new().print("x").done());
    let ran = target.run("run-hook", &["hook.wat", "--dir", "nowhere"]).expect_code(3);
    ran.expect_error("cannot open the folder `nowhere`");
    let ran = target.run("inspect", &["broken.json"]).expect_code(4);
    ran.expect_error("hint: a module is a .wasm or .wat");
}

#[test]
fn what_a_plan_warns_of_is_said_while_deploying() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("PreDeploy.ps1", "Write-Host hello")]);
    let slip = ["--feature", "Octopus.Features.SubstituteInFile"];
    for command in ["plan", "deploy"] {
        let (package, root) = (package.to_str().unwrap(), target.root());
        let arguments = [&[package, "--root", root.to_str().unwrap()], &slip[..]].concat();
        let ran = target.run(command, &arguments).expect_code(0);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(shown.contains("warning: `PreDeploy.ps1` is not run"), "{command}: {shown}");
        let meant = "nothing belongs to it; did you mean `Octopus.Features.SubstituteInFiles`?";
        assert!(shown.contains(meant), "{command}: {shown}");
    }
}

#[test]
fn a_feature_that_nobody_serves_is_an_error_before_anything_is_touched() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "a")]);
    for arguments in [
        ["--feature", "Octopus.Features.IISWebSite"],
        ["-v", "Octopus.Action.Package.UpdateIisWebsite=True"],
    ] {
        target.deploy(&package, &arguments).expect_code(3);
    }
    assert!(!target.root().join("Acme.Web").exists());
}

#[test]
fn limits_end_a_hook_with_their_name_and_deploy_failed_still_runs() {
    let target = Target::new();
    let failed = Hook::new().print("cleaning up").done();
    for (version, hook, limit) in [
        ("1.0.0", Hook::new().looping().done(), "wall-time=300ms"),
        ("1.0.1", Hook::new().looping().done(), "cpu-time=300ms"),
        (
            "1.0.2",
            Hook::new().print(&"x".repeat(5000)).print(&"y".repeat(5000)).done(),
            "output-bytes=4KiB",
        ),
        ("1.0.3", Hook::new().write("big", &"x".repeat(70_000)).done(), "written-bytes=64KiB"),
    ] {
        let package =
            target.package(version, &[("Deploy.wat", &hook), ("DeployFailed.wat", &failed)]);
        let ran = target.deploy(&package, &["--limit", limit]).expect_code(1);
        ran.expect_error(limit.split_once('=').unwrap().0);
        ran.expect_error("cleaning up");
    }
}

#[test]
fn a_sensitive_value_is_masked_wherever_it_is_shown() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[(
            "Deploy.wat",
            &Hook::new()
                .print("the password is hunter2-and-more")
                .print_error("aHVudGVyMi1hbmQtbW9yZQ==")
                .exit(1),
        )],
    );
    target.write("secret", "hunter2-and-more\n");
    let ran = target
        .deploy(
            &package,
            &["--sensitive-variable", "Password=@secret", "--result", "result.json", "--verbose"],
        )
        .expect_code(1);
    let everything = format!(
        "{}{}{}",
        ran.stdout,
        ran.stderr,
        fs::read_to_string(target.path("result.json")).unwrap()
    );
    assert!(!everything.contains("hunter2-and-more"), "{everything}");
    assert!(!everything.contains("aHVudGVyMi1hbmQtbW9yZQ"), "{everything}");
    assert!(everything.contains("the password is ***"), "{everything}");
}

#[test]
fn limits_of_modules_hold_before_anything_is_touched() {
    let target = Target::new();
    let hook = Hook::new().print(&"x".repeat(5000)).done();
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    let ran = target.deploy(&package, &["--limit", "module-size=1KiB"]).expect_code(3);
    ran.expect_error("module-size");
    assert!(!target.root().join("Acme.Web").exists());
}

#[test]
fn a_secret_that_is_cut_at_the_end_of_a_line_shows_nothing_of_itself() {
    let target = Target::new();
    let hook = Hook::new().print(&format!("{}hunter2-and-more", "x".repeat(55))).done();
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    target.write("secret", "hunter2-and-more\n");
    let secret = ["--sensitive-variable", "Password=@secret", "--limit", "line-bytes=64"];
    let ran = target.deploy(&package, &secret).expect_code(0);
    ran.expect_error("xxx [...]");
    assert!(!ran.stderr.contains("hunter"), "{}", ran.stderr);
}

#[test]
fn a_bomb_is_refused_at_the_entry_that_is_one() {
    let target = Target::new();
    target.write("content-1.0.0/harmless", "x");
    target.write("content-1.0.0/huge", "y".repeat(80 << 20));
    for format in ["zip", "tar.gz"] {
        let package = target.package_as(format, "1.0.0", &[]);
        let ran = target.deploy(&package, &[]).expect_code(4);
        ran.expect_error("decoded bytes for each byte of the package at entry `huge`");
    }
}

#[test]
fn what_cannot_be_read_or_written_is_named() {
    let target = Target::new();
    target.run("key", &["generate", "key"]).expect_code(0);
    target.write("no-checkpoint", "hello");
    let package = target.package("1.0.0", &[("a", "a")]);
    let package = package.to_str().unwrap();
    for (subcommand, arguments, code, part) in [
        (
            "deploy",
            &["x.zip", "--settings", "missing"][..],
            3,
            "the settings file `missing` cannot be read",
        ),
        (
            "attest",
            &["verify", "missing", "--key", "key.pub"],
            3,
            "cannot read the attestation `missing`",
        ),
        (
            "attest",
            &["verify", "key", "--key", "key.pub", "--package", "missing"],
            3,
            "cannot read `missing`",
        ),
        (
            "attest",
            &["verify", "key", "--key", "key.pub", "--folder", "missing"],
            3,
            "cannot open the folder `missing`",
        ),
        (
            "receipt",
            &["verify", "missing", "--key", "key.pub"],
            3,
            "cannot read the receipt `missing`",
        ),
        (
            "audit",
            &["verify", "audit", "--key", "key.pub", "--checkpoint-file", "no-checkpoint"],
            3,
            "cannot read the checkpoint in `no-checkpoint`",
        ),
        (
            "redteam",
            &["verify", "missing", "--key", "key.pub"],
            3,
            "cannot read the report `missing`",
        ),
        ("policy", &["test", "missing"], 3, "cannot read the cases in `missing`"),
        (
            "sign",
            &["missing", "--key", "key", "--stage", "Deploy"],
            3,
            "cannot read the module `missing`",
        ),
        ("man", &["key/pages"], 11, "cannot write the manual pages to `key/pages`"),
        ("deploy", &[package, "--root", "key"], 11, "/key`: "),
    ] {
        let ran = target.run(subcommand, arguments).expect_code(code);
        ran.expect_error(part);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}
