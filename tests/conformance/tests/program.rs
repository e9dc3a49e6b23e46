//! The runner as its users meet it: exit codes, the last line, the reports.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// Runs the program in the sandbox, with reports in `target_dir`.
fn conformance(target_dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cofferdam-conformance"))
        .arg("--target-dir")
        .arg(target_dir)
        .args(arguments)
        .output()
        .unwrap()
}

/// A folder for reports, and for compiled hooks, which are kept for the next time.
fn target_dir(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    for report in ["conformance.json", "conformance.xml"] {
        let _ = fs::remove_file(folder.join(report));
    }
    folder
}

/// An id with a character that XML cannot hold.
const WRONG: &str = "wrong\u{1}";

/// Two templates; ours agrees with the first one only.
fn write_vectors(folder: &Path) {
    let case = |id: &str, expected: &str| {
        json!({"id": id, "origin": "probe", "variables": {"Port": "80"},
               "template": "listen #{Port}", "expected": expected, "error": false})
    };
    let cases = json!([case("right", "listen 80"), case(WRONG, "listen 81")]);
    fs::write(folder.join("octostache.json"), cases.to_string()).unwrap();
}

fn report(target_dir: &Path) -> Value {
    serde_json::from_slice(&fs::read(target_dir.join("conformance.json")).unwrap()).unwrap()
}

fn last_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned()
}

#[test]
fn cases_of_the_repository_pass_in_the_sandbox() {
    let target = target_dir("repository");
    let output = conformance(&target, &["--category", "xdt-logger"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(last_line(&output), "5 passed, 0 failed, 0 deviating with a reason");
    let expected =
        json!({"xdt-logger": {"passed": 5, "failed": 0, "deviating": 0, "failures": []}});
    assert_eq!(report(&target), expected);
}

#[test]
fn a_failure_is_in_the_exit_code_and_in_every_report() {
    let (target, vectors) = (target_dir("failure"), tempfile::tempdir().unwrap());
    write_vectors(vectors.path());
    let output = conformance(&target, &["--vectors", &vectors.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(last_line(&output), "1 passed, 1 failed, 0 deviating with a reason");

    let report = report(&target);
    assert_eq!(report["octostache"]["failures"][0]["id"], WRONG);
    let actual = report["octostache"]["failures"][0]["actual"].as_str().unwrap();
    assert!(actual.contains("listen 80"), "{actual}");

    let junit = fs::read_to_string(target.join("conformance.xml")).unwrap();
    assert!(junit.contains(r#"<testsuite name="octostache" tests="2" failures="1" skipped="0">"#));
    assert!(!junit.contains(WRONG) && junit.contains("wrong\u{fffd}"), "{junit}");
}

#[test]
fn a_deviation_has_to_be_one() {
    let (target, vectors) = (target_dir("deviation"), tempfile::tempdir().unwrap());
    write_vectors(vectors.path());
    let list = "[[deviation]]\ncases = [\"right\", \"wrong\\u0001\"]\nreason = \"ports are odd\"\n";
    fs::write(vectors.path().join("deviations-octostache.toml"), list).unwrap();
    let output = conformance(&target, &["--vectors", &vectors.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(last_line(&output), "0 passed, 1 failed, 1 deviating with a reason");
    assert_eq!(report(&target)["octostache"]["failures"][0]["id"], "right");
}

#[test]
fn nothing_to_run_is_an_error() {
    let (target, vectors) = (target_dir("nothing"), tempfile::tempdir().unwrap());
    let output = conformance(&target, &["--vectors", &vectors.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no case to run in"));
    assert!(!target.join("conformance.json").exists());
}
