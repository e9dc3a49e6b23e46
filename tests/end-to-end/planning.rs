//! Plans: what they say, that they touch nothing, and that they are kept to.

use std::fs;

use crate::target::Target;
use crate::wat::Hook;

fn arguments<'a>(package: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec![package, "--root", "applications"];
    arguments.extend(more);
    arguments
}

#[test]
fn a_plan_names_conventions_hooks_and_digests_and_touches_nothing() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("hello").done())]);
    let package = package.to_str().unwrap();
    let ran = target.run("plan", &arguments(package, &["-v", "Acme.Port=80"])).expect_code(0);
    for part in
        ["Acme.Web", " 3 extract", "14 Deploy", "Deploy.wat (package), preview 1 module", "sha256"]
    {
        assert!(ran.stdout.contains(part), "`{part}` is not in:\n{}", ran.stdout);
    }
    assert!(!target.root().exists());
}

#[test]
fn a_saved_plan_is_run_or_refused_with_what_changed() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("one").done())]);
    let package = package.to_str().unwrap();
    target.run("plan", &arguments(package, &["-v", "A=1", "--output", "plan.json"])).expect_code(0);
    assert!(!fs::read_to_string(target.path("plan.json")).unwrap().contains("\"1\""));

    let changed = target
        .run("deploy", &arguments(package, &["-v", "A=2", "--plan", "plan.json"]))
        .expect_code(7);
    changed.expect_error("variable");
    assert!(!target.root().join("Acme.Web").exists(), "nothing was touched");

    target.run("deploy", &arguments(package, &["-v", "A=1", "--plan", "plan.json"])).expect_code(0);

    target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("two").done())]);
    let changed = target
        .run("deploy", &arguments(package, &["-v", "A=1", "--plan", "plan.json"]))
        .expect_code(7);
    changed.expect_error("package");
}

#[test]
fn a_plan_holds_no_secret() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().done())]);
    target.write("secret", "hunter2hunter2\n");
    let more = ["--sensitive-variable", "Password=@secret", "--json"];
    let ran = target.run("plan", &arguments(package.to_str().unwrap(), &more)).expect_code(0);
    assert!(ran.stdout.contains("Password"));
    assert!(!ran.stdout.contains("hunter2"));
}

#[test]
fn a_hook_that_replaces_a_later_one_is_caught() {
    let target = Target::new();
    let evil = Hook::new().print("evil").done();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", &Hook::new().write("Deploy.wat", &evil).done()),
            ("Deploy.wat", &Hook::new().print("good").done()),
        ],
    );
    let ran = target.deploy(&package, &[]).expect_code(1);
    ran.expect_error("Deploy.wat");
    assert!(!ran.stderr.contains("evil"), "{}", ran.stderr);
}

#[test]
fn http_that_a_hook_cannot_use_is_pointed_out() {
    let target = Target::new();
    target.write(
        "site.toml",
        "[[grant]]\nhook = \"Deploy.wat\"\nhttp = [{ origin = \"https://api.example\" }]\n",
    );
    let package = target.package("1.0.0", &[("Deploy.wat", &Hook::new().print("hi").done())]);
    let plan = [package.to_str().unwrap(), "--root", "applications", "--policy", "site.toml"];
    let ran = target.run("plan", &plan).expect_code(0);
    let expected =
        "the Deploy hook `Deploy.wat` is granted HTTP, which modules of WASI preview 1 do not have";
    assert!((ran.stdout + &ran.stderr).contains(expected));
}
