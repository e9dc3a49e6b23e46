//! The step as its users see it: targets, warnings, failing, files that stay as they are.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

use std::fs;
use std::path::Path;

use cofferdam_hook_files::Level;
use cofferdam_hook_substitute_in_files::{Error, Report, run};
use cofferdam_octostache::Variables;

fn step(folder: &Path, pairs: &[(&str, &str)]) -> (Result<Report, Error>, Vec<(Level, String)>) {
    let mut variables = Variables::new();
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Other, Octopus.Features.SubstituteInFiles"));
    for (name, value) in pairs {
        variables.set(name, Some(value));
    }
    let mut log = Vec::new();
    (run(folder, &variables, &mut log), log)
}

const TARGETS: &str = "Octopus.Action.SubstituteInFiles.TargetFiles";

#[test]
fn targets_are_found_in_the_folder_and_in_additional_ones() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["a.txt", "sub/b.txt", "more/c.txt", "more/d.md"] {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "#{X}\r\n").unwrap();
    }
    let pairs =
        [(TARGETS, "*.txt\nnone.txt"), ("Octopus.Action.AdditionalPaths", "more"), ("X", "1")];
    let (report, log) = step(folder.path(), &pairs);
    let changed = report.unwrap().changed;
    assert_eq!(changed, [folder.path().join("a.txt"), folder.path().join("more/c.txt")]);
    assert_eq!(fs::read(&changed[1]).unwrap(), b"1\r\n");
    let warning = format!(
        "No files were found in {} that match the substitution target pattern 'none.txt'",
        folder.path().display()
    );
    assert_eq!(log.last(), Some(&(Level::Warning, warning)));

    let quiet = ("Octopus.Action.SubstituteInFiles.EnableNoMatchWarning", "False");
    let (_, log) = step(folder.path(), &[pairs[0], quiet]);
    assert!(log.iter().all(|(level, _)| *level != Level::Warning), "{log:?}");
}

#[test]
fn nothing_is_done_unless_the_feature_is_enabled() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "#{X}").unwrap();
    let pairs = [
        (TARGETS, "a.txt"),
        ("X", "1"),
        ("Octopus.Action.EnabledFeatures", "Octopus.Features.Other"),
    ];
    let (report, log) = step(folder.path(), &pairs);
    assert_eq!(report.unwrap(), Report::default());
    assert!(log.is_empty());
}

#[test]
fn what_cannot_be_resolved_stays_or_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, "#{X} #{Missing}").unwrap();
    let strict = ("OctopusShouldFailDeploymentOnSubstitutionFails", "True");
    let (report, _) = step(folder.path(), &[(TARGETS, "a.txt"), ("X", "1"), strict]);
    let error = report.unwrap_err().to_string();
    let reason = "returned the following error: `The following tokens were unable to be evaluated: '#{Missing}'`";
    assert!(error.starts_with("Parsing file '") && error.ends_with(reason), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "#{X} #{Missing}", "a failure changes nothing");
    let (report, _) = step(folder.path(), &[(TARGETS, "a.txt"), ("X", "1")]);
    assert_eq!(report.unwrap().changed, std::slice::from_ref(&path));
    assert_eq!(fs::read_to_string(&path).unwrap(), "1 #{Missing}");
}

#[test]
fn a_file_without_templates_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    fs::write(&path, b"\xFF\xFEn\0o\0t\0h\0i\0n\0g\0").unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let (report, _) = step(folder.path(), &[(TARGETS, "**/*")]);
    assert_eq!(report.unwrap(), Report { files: vec![path.clone()], changed: Vec::new() });
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), modified);
}

#[test]
fn targets_do_not_lead_out() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in
        [(TARGETS, "../*.txt"), (TARGETS, "/etc/*"), ("Octopus.Action.AdditionalPaths", "/srv")]
    {
        let error = step(folder.path(), &[(name, value)]).0.unwrap_err().to_string();
        assert!(error.contains("only files inside the package folder"), "{value}: {error}");
    }
}
