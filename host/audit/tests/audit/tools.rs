//! Other people's programs, which the tests need to be installed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs a program and returns its output; its input is `input`.
pub(crate) fn run(program: &str, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

/// As [`run`]; the program must succeed.
pub(crate) fn succeed(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = run(program, arguments, input);
    assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
    output.stdout
}

/// The independent verifier's answer: its last line, and whether it was satisfied.
pub(crate) fn verify_independently(what: &str, path: &Path, more: &[&str]) -> (bool, String) {
    let script =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/audit-verifier/verify.py");
    let mut arguments = vec![script.to_str().unwrap(), what, path.to_str().unwrap()];
    arguments.extend(more);
    let output = run("python3", &arguments, b"");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains("Traceback"), "{text}");
    (output.status.success(), text.lines().last().unwrap_or_default().to_owned())
}
