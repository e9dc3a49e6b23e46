//! What people and programs see.

use crate::target::Target;
use crate::wat::Hook;

#[test]
fn the_event_stream_is_json_lines_without_gaps() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("hello").done())]);
    let ran = target.deploy(&package, &["--json", "--quiet"]).expect_code(0);
    assert_eq!(ran.stderr, "");
    let events: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> =
        events.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
    let first = numbers[0];
    assert!(
        numbers.iter().enumerate().all(|(index, number)| *number == first + index as u64),
        "{numbers:?}"
    );
    let kinds: Vec<&str> =
        events.iter().map(|event| event["what"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "preparing", "{kinds:?}");
    let before_it_started = kinds.iter().take_while(|kind| **kind != "started");
    assert!(before_it_started.skip(1).all(|kind| *kind == "extraction-progress"), "{kinds:?}");
    assert!(kinds.contains(&"hook-line") && kinds.last() == Some(&"ended"), "{kinds:?}");
}

#[test]
fn colour_is_for_terminals_unless_forced() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "a")]);
    let plain = target.deploy(&package, &[]).expect_code(0);
    assert!(!plain.stderr.contains('\u{1b}'));
    let forced = crate::target::finish(target.deploy_command(&package).env("CLICOLOR_FORCE", "1"));
    assert!(forced.stderr.contains('\u{1b}'));
    let never = crate::target::finish(
        target.deploy_command(&package).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"),
    );
    assert!(!never.stderr.contains('\u{1b}'));
}

#[test]
fn what_a_hook_prints_cannot_drive_the_terminal() {
    let target = Target::new();
    let hook = Hook::new().print("\u{1b}]0;owned\u{7}\u{1b}[2Jsucceeded\rfake").done();
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    let ran = target.deploy(&package, &[]).expect_code(0);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}', '\r']), "{:?}", ran.stderr);
}

#[test]
fn inspect_says_what_a_module_may_do_without_running_it() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("Deploy.wat", &Hook::new().print("must not run").done()),
            ("PreDeploy.ps1", "Write-Host hi"),
            ("PostDeploy.fsx", "printfn \"hi\""),
        ],
    );
    let ran = target.run("inspect", &[package.to_str().unwrap()]).expect_code(0);
    for part in [
        "Acme.Web 1.0.0",
        "hook at Deploy",
        "preview 1 module",
        "reads and writes files",
        "PreDeploy.ps1",
        "PostDeploy.fsx",
    ] {
        assert!(ran.stdout.contains(part), "`{part}` is not in:\n{}", ran.stdout);
    }
    let ran = target.run("inspect", &[package.to_str().unwrap(), "--json"]).expect_code(0);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["hooks"][0]["stage"], "Deploy");
}

#[test]
fn run_hook_says_what_a_hook_changed() {
    let target = Target::new();
    let hook = target.write("hook.wat", Hook::new().print("hello").write("made.txt", "x").done());
    target.write("folder/kept.txt", "kept");
    let ran = target.run("run-hook", &[hook.to_str().unwrap(), "--dir", "folder"]).expect_code(0);
    assert_eq!(ran.stdout, "added made.txt\n");
    ran.expect_error("hello");
}

#[test]
fn evaluate_explains_where_a_value_came_from() {
    let target = Target::new();
    let arguments =
        ["#{Greeting | ToUpper}", "-v", "Greeting=hello #{Name}", "-v", "Name=world", "--explain"];
    let ran = target.run("evaluate", &arguments).expect_code(0);
    assert_eq!(ran.stdout, "HELLO WORLD\n");
    ran.expect_error("Name");
}

#[test]
fn packing_the_same_folder_twice_gives_the_same_bytes() {
    let target = Target::new();
    for format in ["tar.gz", "tar.zst", "tar", "zip", "nupkg"] {
        let first =
            std::fs::read(target.package_as(format, "1.0.0", &[("a", "1"), ("b/c", "2")])).unwrap();
        let second =
            std::fs::read(target.package_as(format, "1.0.0", &[("a", "1"), ("b/c", "2")])).unwrap();
        assert!(first == second, "{format}");
    }
}
