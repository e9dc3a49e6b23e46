//! Components whose own manifest is not the truth: imports say what a hook can use, policy says what it
//! gets, and a manifest that cannot be read whole is no manifest.

use std::path::Path;

use crate::target::{Ran, Target};

/// A component that does nothing, with these imports and custom sections.
fn component(imports: &[&str], sections: &[&str]) -> String {
    let imports = imports.iter().map(|name| format!("(import \"{name}\" (instance))\n"));
    let sections = sections.iter().map(|text| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!("(@custom \"cofferdam-hook\" \"{text}\")\n")
    });
    format!(
        r#"(component
             {}{}
             (core module $program (func (export "run") (result i32) i32.const 0))
             (core instance $running (instantiate $program))
             (func $run (result (result)) (canon lift (core func $running "run")))
             (instance $command (export "run" (func $run)))
             (export "wasi:cli/run@0.2.0" (instance $command)))"#,
        imports.collect::<String>(),
        sections.collect::<String>(),
    )
}

const CLOCK: &str = "wasi:clocks/wall-clock@0.2.0";
const RANDOM: &str = "wasi:random/random@0.2.0";
const WANTS_CLOCK: &str = "[[want]]\nclock = \"real\"\nwhy = \"to date what it writes\"\n";

fn plan(target: &Target, package: &Path, more: &[&str]) -> Ran {
    let root = target.root();
    let arguments = [package.to_str().unwrap(), "--root", root.to_str().unwrap()];
    target.run("plan", &[&arguments, more].concat())
}

/// What `inspect --json` and `plan --json` say of the only hook.
fn inspected_and_planned(
    target: &Target,
    hook: &str,
    more: &[&str],
) -> (serde_json::Value, serde_json::Value) {
    let package = target.package("1.0.0", &[("Deploy.wat", hook)]);
    let inspected = target.run("inspect", &[package.to_str().unwrap(), "--json"]).expect_code(0);
    let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
    let planned = plan(target, &package, &[&["--json"], more].concat()).expect_code(0);
    let planned: serde_json::Value = serde_json::from_str(&planned.stdout).unwrap();
    let hook = &planned["conventions"][13]["action"]["hooks"][0];
    (inspected["hooks"][0].clone(), hook.clone())
}

#[test]
fn one_that_says_less_than_is_imported_hides_nothing_and_gets_no_more() {
    let target = Target::new();
    let imports = [CLOCK, RANDOM];
    let (silent, planned_silent) = inspected_and_planned(&target, &component(&imports, &[]), &[]);
    let less = component(&imports, &[WANTS_CLOCK]);
    let (inspected, planned) = inspected_and_planned(&target, &less, &[]);
    assert_eq!(inspected["abilities"], silent["abilities"]);
    assert_eq!(inspected["imports"], serde_json::json!(imports));
    let wants = inspected["wants"].as_array().unwrap();
    assert_eq!(wants.len(), 1, "{wants:?}");
    assert_eq!(wants[0]["why"], "to date what it writes");
    // What it imports and does not want it may use as far as anybody may: nothing real.
    assert_eq!(planned["grant"]["terms"], planned_silent["grant"]["terms"]);
    assert!(planned["grant"]["terms"]["clock"]["fixed"].is_object(), "{planned:#}");
}

#[test]
fn one_that_says_more_than_is_imported_gets_what_policy_grants_and_is_told_that_it_was_in_vain() {
    let target = Target::new();
    target.write("site.toml", "[[grant]]\nhook = \"Deploy.wat\"\nclock = \"real\"\n");
    let wants = "[[want]]\nvariable = \"Db.Password\"\n";
    let more = component(&[], &[&format!("{WANTS_CLOCK}{wants}")]);
    let policy = ["--policy", "site.toml"];
    let (inspected, planned) = inspected_and_planned(&target, &more, &policy);
    assert_eq!(inspected["abilities"], serde_json::json!([]));
    assert_eq!(inspected["wants"].as_array().unwrap().len(), 2);
    assert_eq!(planned["grant"]["terms"]["clock"], "real");
    let variables = planned["grant"]["terms"]["variables"].as_array().unwrap();
    assert!(variables.iter().all(|name| name != "Db.Password"), "{variables:?}");
    assert!(planned["wants"][0]["refusal"].is_null());
    let package = target.package("1.0.0", &[("Deploy.wat", &more)]);
    let ran = target.deploy(&package, &policy).expect_code(0);
    ran.expect_error("granted in vain");
}

#[test]
fn one_that_cannot_be_read_whole_is_refused_before_anything_is_deployed() {
    let target = Target::new();
    let long = format!("{WANTS_CLOCK}#{}", "x".repeat(64 << 10));
    for (sections, part) in [
        (&["[[want]]\nclokc = \"real\"\n"][..], "Deploy.wat:2:1: unknown field `clokc`"),
        (&["[[want]"], "Deploy.wat:1:"),
        // Which of them would it be?
        (&[WANTS_CLOCK, ""], "its custom section `cofferdam-hook` is there twice"),
        (&[&long], "its custom section `cofferdam-hook` is longer than 65536 bytes"),
    ] {
        let hook = component(&[CLOCK], sections);
        let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
        let inspected = target.run("inspect", &[package.to_str().unwrap()]).expect_code(0);
        let told = inspected.stdout.split_once("cannot run:").map_or("", |(_, told)| told);
        assert!(told.contains(part), "`{part}` is not in:\n{}", inspected.stdout);
        // What is wrong with the section of a module that can be read hides nothing of the module.
        if part.starts_with("Deploy.wat") {
            assert!(told.contains("\n    may       "), "{}", inspected.stdout);
        }
        plan(&target, &package, &[]).expect_code(3).expect_error(part);
        target.deploy(&package, &[]).expect_code(3).expect_error(part);
        assert!(!target.root().join("Acme.Web").exists());
    }
}

#[test]
fn the_package_s_that_cannot_be_read_is_a_finding_and_hides_nothing() {
    let target = Target::new();
    let (whole, _) = inspected_and_planned(&target, &component(&[CLOCK], &[]), &[]);
    let part = "cofferdam-hook.toml:2:1: unknown field `clokc`";
    let bad = ("cofferdam-hook.toml", "[[want]]\nclokc = \"real\"\n");
    let hook = component(&[CLOCK], &[]);
    for files in [&[bad, ("Deploy.wat", hook.as_str())][..], &[bad]] {
        let package = target.package("1.0.0", files);
        let package_name = package.to_str().unwrap();
        let inspected = target.run("inspect", &[package_name, "--json"]).expect_code(0);
        let inspected: serde_json::Value = serde_json::from_str(&inspected.stdout).unwrap();
        assert!(inspected["error"].as_str().unwrap().contains(part), "{inspected:#}");
        for hook in inspected["hooks"].as_array().unwrap() {
            assert!(hook["error"].as_str().unwrap().contains(part), "{hook:#}");
            for key in ["stage", "sha256", "kind", "abilities", "imports"] {
                assert_eq!(hook[key], whole[key], "{key}");
            }
        }
        let told = target.run("inspect", &[package_name]).expect_code(0).stdout;
        assert!(told.contains(&format!("cannot be deployed: {part}")), "{told}");
        assert!(!told.contains("nothing of it runs"), "{told}");
        plan(&target, &package, &[]).expect_code(3).expect_error(part);
    }
}

#[test]
fn one_in_a_module_within_a_component_does_not_speak_for_the_component() {
    let target = Target::new();
    let nested = format!(
        "(core module (@custom \"cofferdam-hook\" \"{}\"))",
        WANTS_CLOCK.replace('"', "\\\"").replace('\n', "\\n")
    );
    let hook = component(&[], &[]).replacen("(core module", &format!("{nested}\n(core module"), 1);
    let (inspected, planned) = inspected_and_planned(&target, &hook, &[]);
    assert_eq!(inspected["wants"], serde_json::json!([]));
    assert_eq!(planned["wants"], serde_json::json!([]));
}
