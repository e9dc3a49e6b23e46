//! The program, in a folder of its own.

use std::process::Command;

use cofferdam_redteam::{Finding, Report};
use tempfile::TempDir;

/// A folder for keys, reports and scratch files.
pub(crate) struct Desk(TempDir);

/// How the program ended, and what it printed.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::fs::create_dir(desk.path("scratch")).unwrap();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_cofferdam"))
            .args(arguments)
            .current_dir(self.0.path())
            .env("TMPDIR", self.path("scratch"))
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Ran { code: output.status.code(), stdout, stderr }
    }

    /// `cofferdam redteam --json`.
    pub(crate) fn redteam(&self, arguments: &[&str]) -> (Option<i32>, Report) {
        let ran = self.run(&[&["redteam", "--json"], arguments].concat());
        let report = serde_json::from_str(&ran.stdout);
        (ran.code, report.unwrap_or_else(|error| panic!("{error}: {ran}")))
    }

    /// What is left of the scratch folders.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("scratch")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\n{}\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The finding of one attack.
pub(crate) fn finding<'a>(report: &'a Report, attack: &str) -> &'a Finding {
    report.findings.iter().find(|f| f.attack == attack).unwrap_or_else(|| panic!("no {attack}"))
}
