//! What is learned in a rehearsal is enough, and no line of it is too much.

use std::fs;

use crate::rehearsal::DICE;
use crate::target::Target;
use crate::wat::Hook;

const READS_GREETING: &str = include_str!("reads-greeting.wat");
const VARIABLES: [&str; 6] =
    ["-v", "Greeting=hello", "-v", "Other=unread", "--root", "applications"];

/// Learns into the folder `learned`.
fn learn(target: &Target, package: &str) -> crate::target::Ran {
    let learn = [package, "--rehearse", "--scratch", "scratch", "--learn", "learned"];
    target.run("plan", &[&learn[..], &VARIABLES].concat())
}

fn deploy(target: &Target, package: &str, policy: &str) -> crate::target::Ran {
    target.run("deploy", &[&[package, "--policy", policy][..], &VARIABLES].concat())
}

#[test]
fn the_learned_policy_lets_the_same_deployment_run_and_one_line_less_does_not() {
    let target = Target::new();
    let hooks = [("Deploy.wat", READS_GREETING), ("PostDeploy.wat", DICE)];
    let package = target.package("1.0.0", &hooks);
    learn(&target, package.to_str().unwrap()).expect_code(0);
    assert!(!target.root().exists());

    let policy = fs::read_to_string(target.path("learned/policy.toml")).unwrap();
    assert!(policy.contains("\"Greeting\"") && policy.contains("random = \"real\""), "{policy}");
    assert!(!policy.contains("Other") && !policy.contains("clock"), "{policy}");
    for policy in ["learned/policy.toml", "learned/policy.cedar"] {
        deploy(&target, package.to_str().unwrap(), policy).expect_code(0);
    }
    assert_eq!(target.deployed("1.0.0", "said"), "Greeting=hello");

    // The manifest that was learned says what it needs, so it is refused before anything happens.
    let manifest = fs::read_to_string(target.path("learned/cofferdam-hook.toml")).unwrap();
    let hooks = [hooks[0], hooks[1], ("cofferdam-hook.toml", manifest.as_str())];
    let package = target.package("2.0.0", &hooks);
    let package = package.to_str().unwrap();
    deploy(&target, package, "learned/policy.toml").expect_code(0);
    let needed =
        ["variables = [\"Greeting\"]\n", "random = \"real\"\n", "run = true\n", "deploy = true\n"];
    for line in needed {
        assert!(policy.contains(line), "`{line}` is not in:\n{policy}");
        target.write("less.toml", policy.replacen(line, "", 1));
        let code = deploy(&target, package, "less.toml").code;
        // A table that says nothing is refused as a mistake.
        assert!(code == Some(5) || code == Some(3), "without {line}: {code:?}");
    }
}

#[test]
fn what_cannot_be_told_is_granted_and_said() {
    let target = Target::new();
    // The name does not occur in the module as it is.
    let hidden = READS_GREETING.replace("Greeting", "\\47reeting");
    let failed = Hook::new().print("sorry").done();
    let package =
        target.package("1.0.0", &[("Deploy.wat", &hidden), ("DeployFailed.wat", &failed)]);
    let package = package.to_str().unwrap();
    let ran = learn(&target, package).expect_code(0);
    ran.expect_error("what the Deploy hook `Deploy.wat` reads could not be told");
    ran.expect_error("the DeployFailed hook `DeployFailed.wat` did not run");
    let policy = fs::read_to_string(target.path("learned/policy.toml")).unwrap();
    assert!(policy.contains("\"Greeting\"") && policy.contains("\"Other\""), "{policy}");
    deploy(&target, package, "learned/policy.toml").expect_code(0);
}

#[test]
fn learning_shows_no_secret_and_keeps_what_policy_forbids() {
    let target = Target::new();
    target.write("secret", "hunter2hunter2\n");
    target.write("forbid.toml", "[[forbid]]\nevery-hook = true\nrandom = \"real\"\n");
    let package =
        target.package("1.0.0", &[("Deploy.wat", READS_GREETING), ("PostDeploy.wat", DICE)]);
    let arguments = [
        package.to_str().unwrap(),
        "--rehearse",
        "--scratch",
        "scratch",
        "--learn",
        "learned",
        "--policy",
        "forbid.toml",
        "--root",
        "applications",
    ];
    // The secret is what the hook looks for, and is not given it.
    let secret = ["--sensitive-variable", "Greeting=@secret"];
    target.run("plan", &[&arguments[..], &secret].concat()).expect_code(1);
    target.run("plan", &[&arguments[..], &["-v", "Greeting=x"]].concat()).expect_code(0);
    let policy = fs::read_to_string(target.path("learned/policy.toml")).unwrap();
    assert!(!policy.contains("random"), "{policy}");
}
