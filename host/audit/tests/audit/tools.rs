//! Other people's programs, which the tests need to be installed.

use std::io::Write;
use std::path::Path;
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

const VERIFIER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/audit-verifier");

/// What `mutate.py` prints: each change that the independent verifier does not find, and how many it tried.
pub(crate) fn mutate(step: &str, what: &str, path: &Path, files: &[&str]) -> Vec<String> {
    let public = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(public.path(), crate::sample::key().public_key().to_pem().unwrap()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/audit/mutate.py");
    let (path, key) = (path.to_str().unwrap(), public.path().to_str().unwrap());
    let mut arguments = vec![script, VERIFIER, step, what, path, key];
    arguments.extend(files);
    let text = String::from_utf8(succeed("python3", &arguments, b"")).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let tried = lines.last().and_then(|line| line.strip_suffix(" changes"));
    assert!(tried.unwrap().parse::<u32>().unwrap() > 500, "{text}");
    lines
}

/// The independent verifier's answer: its last line, and whether it was satisfied.
pub(crate) fn verify_independently(what: &str, path: &Path, more: &[&str]) -> (bool, String) {
    let script = format!("{VERIFIER}/verify.py");
    // Without `-B` there would be compiled files in the repository.
    let mut arguments = vec!["-B", &script, what, path.to_str().unwrap()];
    arguments.extend(more);
    let output = run("python3", &arguments, b"");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).unwrap();
    assert!(!text.contains("Traceback"), "{text}");
    (output.status.success(), text.lines().last().unwrap_or_default().to_owned())
}
