//! A deployment whose hooks run in the real sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set up should fail there"
)]

mod support;

use cofferdam_deployment::{Event, EventKind, Outcome, Status, plan};
use cofferdam_policy::Policy;
use cofferdam_sandbox::{CancelToken, Sandbox, SandboxSettings};
use support::{Target, services};

/// Prints `hello` and sets an output variable.
const HELLO: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 100)
    "hello\n##octopus[setVariable name=\"R3JlZXRpbmc=\" value=\"aGVsbG8=\"]\n")
  (data (i32.const 0) "\64\00\00\00\42\00\00\00")
  (func (export "_start")
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// Ends with exit code 3.
const FAIL: &str = r#"(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $exit (i32.const 3))))"#;

fn main() {
    cofferdam_sandbox::run_if_worker();
    hooks_run_and_their_outputs_are_kept();
    a_failing_hook_runs_deploy_failed();
    println!("sandboxed: 2 tests passed");
}

fn deploy(target: &mut Target, files: &[(&str, &str)]) -> Outcome {
    let package = target.package("1.0.0", files);
    let cache = target.path("cache");
    let sandbox = Sandbox::new(SandboxSettings::new(cache)).expect("a sandbox");
    let policy = Policy::built_in();
    let services = services(&sandbox, &policy);
    let deployment = plan(target.settings(&package).build().unwrap(), &services)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut events = Vec::new();
    let mut observer = |event: &Event| events.push(event.clone());
    let outcome = deployment.run(&mut [&mut observer], &CancelToken::new()).unwrap();
    target.events = events;
    outcome
}

fn hooks_run_and_their_outputs_are_kept() {
    let mut target = Target::new();
    let outcome = deploy(&mut target, &[("index.html", "x"), ("Deploy.wat", HELLO)]);
    assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
    assert_eq!(target.printed(), ["hello"]);
    let output = &outcome.outputs[0];
    assert_eq!((output.name.as_str(), output.value.as_str()), ("Greeting", "hello"));
    assert!(outcome.hooks[0].report.as_ref().is_some_and(|report| report.exit_code == Some(0)));
    let confined = |event: &Event| matches!(event.what, EventKind::HookConfined { .. });
    assert!(target.events.iter().any(confined), "the walls are on record");
}

fn a_failing_hook_runs_deploy_failed() {
    let mut target = Target::new();
    let outcome = deploy(&mut target, &[("Deploy.wat", FAIL), ("DeployFailed.wat", HELLO)]);
    assert_eq!(outcome.status, Status::Failed);
    let message = outcome.failure.expect("a failure").message;
    assert_eq!(message, "the Deploy hook `Deploy.wat` failed: the hook ended with exit code 3");
    assert_eq!(target.printed(), ["hello"]);
}
