//! What hooks want, what they are granted, and what they use of it.

use std::fs;

use crate::target::Target;
use crate::wat::Hook;

const MANIFEST: &str = r#"
    [[want]]
    hook = "Deploy.wat"
    variable = "Db.Password"
    why = "to bring the tables up to date"
    required = true

    [[want]]
    hook = "Deploy.wat"
    clock = "real"
    why = "to date what it writes"
"#;

#[test]
fn what_a_hook_cannot_do_without_stops_the_deployment_with_the_statement_that_would_permit_it() {
    let target = Target::new();
    let hook = Hook::new().write("made", "x").done();
    let package =
        target.package("1.0.0", &[("cofferdam-hook.toml", MANIFEST), ("Deploy.wat", &hook)]);
    target.write("secret", "hunter2");
    let secret = ["--sensitive-variable", "Db.Password=@secret"];
    let refused = target.deploy(&package, &secret).expect_code(5);
    refused.expect_error("to read the sensitive variable `Db.Password`: no statement permits it");
    refused.expect_error("cannot do without: \"to bring the tables up to date\"");
    assert!(!target.root().join("Acme.Web").exists(), "nothing was deployed");

    // What is suggested is enough, and the hook goes without what it can do without.
    let (_, suggested) = refused.stderr.split_once("that would allow it:\n").unwrap();
    let default = target.run("policy", &["default"]).expect_code(0).stdout;
    target.write("site.cedar", format!("{default}\n{suggested}"));
    let policy = [&secret[..], &["--policy", "site.cedar", "--result", "result.json"]].concat();
    let mut arguments = vec![package.to_str().unwrap(), "--root", "applications"];
    arguments.extend(&policy[..4]);
    let shown = target.run("plan", &arguments).expect_code(0).stdout;
    for part in [
        "wants   to read the variable `Db.Password`, \"to bring the tables up to date\": granted",
        "wants   to read the machine's clock, \"to date what it writes\": refused, no statement",
    ] {
        assert!(shown.contains(part), "`{part}` is not in:\n{shown}");
    }
    let json = target.run("plan", &[&arguments[..], &["--json"]].concat()).expect_code(0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&json).unwrap();
    let wants = &plan["conventions"][13]["action"]["hooks"][0]["wants"];
    assert_eq!(wants[0]["want"]["required"], true);
    assert!(wants[0]["refusal"].is_null() && !wants[1]["refusal"].is_null(), "{wants}");

    // The hook never looks at its environment, so it has no use for the secret.
    let ran = target.deploy(&package, &policy).expect_code(0);
    ran.expect_error("granted in vain: it did not use variable `Db.Password`");
    assert!(!ran.stderr.contains("hunter2"));
    let unused = &target.json("result.json")["unused-grants"][0];
    assert_eq!(unused["hook"], "Deploy.wat");
    assert_eq!(unused["capabilities"][0]["variable"]["name"], "Db.Password");
}

#[test]
fn everything_that_is_refused_is_said_at_once() {
    let target = Target::new();
    let hook = Hook::new().done();
    let package = target.package("1.0.0", &[("PreDeploy.wat", &hook), ("Deploy.wat", &hook)]);
    target.write("site.cedar", "// Nothing may be done.\n");
    let refused = target.deploy(&package, &["--policy", "site.cedar"]).expect_code(5);
    for part in ["the package `Acme.Web` 1.0.0", "`PreDeploy.wat`", "`Deploy.wat`"] {
        refused.expect_error(part);
    }
    // All suggestions together are a policy that is enough.
    let (_, suggested) = refused.stderr.split_once("that would allow it:\n").unwrap();
    fs::write(target.path("site.cedar"), suggested).unwrap();
    target.deploy(&package, &["--policy", "site.cedar"]).expect_code(0);
}
