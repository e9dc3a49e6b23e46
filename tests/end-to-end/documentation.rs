//! The documentation says what the program does.

use std::fs;
use std::path::Path;

use crate::target::{Target, cofferdam, finish};

fn docs() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_references_are_up_to_date() {
    for name in ["commands", "settings"] {
        let reference = finish(cofferdam().args(["reference", name])).expect_code(0).stdout;
        let page = docs().join(format!("{name}.md"));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &reference).unwrap();
        }
        let written = fs::read_to_string(page).unwrap_or_default();
        assert!(
            written == reference,
            "docs/{name}.md is out of date: run the test with UPDATE_DOCS=1"
        );
    }
}

#[test]
fn man_pages_and_completions_are_generated() {
    let target = Target::new();
    target.run("man", &["man"]).expect_code(0);
    assert!(target.path("man/cofferdam-deploy.1").exists());
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = target.run("completions", &[shell]).expect_code(0).stdout;
        assert!(script.contains("run-hook"), "{shell}");
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut pages = vec![repository.join("README.md"), repository.join("CONTRIBUTING.md")];
    for folder in ["docs", "docs/decisions", "examples"] {
        for entry in fs::read_dir(repository.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    for page in pages {
        let text = fs::read_to_string(&page).unwrap_or_default();
        for link in
            text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link)
        {
            let file = link.split('#').next().unwrap_or_default();
            if file.is_empty() || link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let path = page.parent().unwrap().join(file);
            assert!(path.exists(), "{} links to {file}, which is not there", page.display());
        }
    }
}

/// The table in `docs/security.md` has every limit, and the tests that it names are there.
#[test]
fn every_limit_has_a_test_that_overruns_it() {
    let page = fs::read_to_string(docs().join("security.md")).unwrap();
    let (_, table) = page.split_once("| limit | kept by |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let mut tests = String::new();
    for folder in
        ["host/sandbox/tests", "host/deployment/tests", "tests/capabilities", "tests/end-to-end"]
    {
        let folder = docs().join("..").join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            tests += &fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
        }
    }
    for limit in cofferdam_capability::LIMITS {
        let row = table.lines().find(|line| line.starts_with(&format!("| `{}` |", limit.key)));
        let named = row.and_then(|row| row.rsplit(" | ").next()).unwrap_or_default();
        let named: Vec<_> = named.split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "no test of the limit {} is named", limit.key);
        for name in named {
            assert!(tests.contains(&format!("fn {name}()")), "there is no test {name}");
        }
    }
}
