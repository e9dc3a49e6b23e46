//! What the tests share: guests, a sandbox with a folder, and the record of a run.
#![allow(dead_code, unreachable_pub, reason = "every test file uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use cofferdam_capability::{Grant, GrantTerms, LimitName, Limits};
use cofferdam_nested_cargo::nested_cargo;
use cofferdam_sandbox::{
    Enclosure, HookError, HookEvent, HookReport, Inputs, Module, ModuleSource, OutputStream,
    Sandbox, SandboxSettings,
};

/// What a guest is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Preview1,
    Component,
}

pub const BOTH: [Kind; 2] = [Kind::Preview1, Kind::Component];

impl Kind {
    fn target(self) -> &'static str {
        match self {
            Self::Preview1 => "wasm32-wasip1",
            Self::Component => "wasm32-wasip2",
        }
    }
}

/// The guest, compiled once a test run.
pub fn guest(kind: Kind) -> &'static [u8] {
    static PREVIEW1: OnceLock<Vec<u8>> = OnceLock::new();
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    let built = match kind {
        Kind::Preview1 => &PREVIEW1,
        Kind::Component => &COMPONENT,
    };
    built.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests");
        let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("guests");
        let status = nested_cargo()
            .args(["build", "--release", "--quiet", "--target", kind.target()])
            .env("CARGO_TARGET_DIR", &target_dir)
            .current_dir(&sources)
            .status()
            .expect("cargo runs");
        assert!(status.success(), "the guest for {} does not compile", kind.target());
        let file = "release/cofferdam-sandbox-guests.wasm";
        std::fs::read(target_dir.join(kind.target()).join(file)).expect("the guest")
    })
}

/// A sandbox, and a folder to run hooks in, next to a file that they must not reach.
pub struct Place {
    root: tempfile::TempDir,
    pub sandbox: Sandbox,
    pub terms: GrantTerms,
}

impl Place {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut SandboxSettings)) -> Self {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("enclosure")).unwrap();
        std::fs::write(root.path().join("outside"), "a secret of the host").unwrap();
        Self { root, sandbox: open_sandbox(change), terms: GrantTerms::default() }
    }

    /// Changes the settings of the sandbox, from what they are in all tests.
    pub fn reopen(&mut self, change: impl FnOnce(&mut SandboxSettings)) {
        self.sandbox = open_sandbox(change);
    }

    pub fn shared_cache() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn folder(&self) -> PathBuf {
        self.root.path().join("enclosure")
    }

    pub fn limit(&mut self, name: LimitName, value: u64) -> &mut Self {
        self.terms.limits.set(name, value);
        self
    }

    pub fn prepare(&self, bytes: &[u8]) -> Module {
        let source = ModuleSource { name: "test.wasm", bytes };
        self.sandbox.prepare(&source, &Limits::default()).unwrap_or_else(|e| panic!("{e}"))
    }

    /// Runs the guest with these arguments.
    pub fn guest(&self, kind: Kind, arguments: &[&str]) -> Record {
        let arguments = arguments.iter().map(|a| (*a).to_owned()).collect();
        self.run(guest(kind), Inputs { arguments, ..Inputs::default() })
    }

    /// Runs a module.
    pub fn run(&self, bytes: &[u8], inputs: Inputs<'_>) -> Record {
        let module = self.prepare(bytes);
        let enclosure = Enclosure::open(self.folder()).unwrap();
        let grant = Grant::issue(self.terms.clone(), vec![]);
        let mut events = Vec::new();
        let mut record = |event| events.push(event);
        let result = self.sandbox.run(&module, &enclosure, &grant, inputs, &mut record);
        self.assert_healthy();
        Record { result, events }
    }

    /// Whatever a hook did, the host can still open files, write and start processes.
    fn assert_healthy(&self) {
        std::fs::write(self.root().join("healthy"), "yes").unwrap();
        assert!(Command::new("true").status().unwrap().success());
        let outside = std::fs::read_to_string(self.root().join("outside")).unwrap();
        assert_eq!(outside, "a secret of the host");
    }
}

fn open_sandbox(change: impl FnOnce(&mut SandboxSettings)) -> Sandbox {
    // One cache for all, so that a guest is compiled once.
    let mut settings = SandboxSettings::new(Place::shared_cache());
    settings.worker_program = Some(worker_program());
    change(&mut settings);
    Sandbox::new(settings).unwrap()
}

pub fn worker_program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_cofferdam-sandbox-worker"))
}

/// How a run went.
#[derive(Debug)]
pub struct Record {
    pub result: Result<HookReport, HookError>,
    pub events: Vec<HookEvent>,
}

impl Record {
    /// The report of a hook that must have succeeded.
    pub fn succeeded(&self) -> &HookReport {
        match &self.result {
            Ok(report) => report,
            Err(error) => panic!("{error}; {:?}", self.events),
        }
    }

    /// The lines of standard output.
    pub fn lines(&self) -> Vec<&str> {
        self.lines_of(OutputStream::Stdout)
    }

    pub fn lines_of(&self, wanted: OutputStream) -> Vec<&str> {
        let line = |event| match event {
            &HookEvent::Line { stream, ref text, .. } if stream == wanted => Some(text.as_str()),
            _ => None,
        };
        self.events.iter().filter_map(line).collect()
    }

    /// Asserts that the hook was stopped at a limit, by name and value.
    pub fn stopped_at(&self, wanted: LimitName, value: u64) {
        match &self.result {
            Err(HookError::Limit { limit, allowed, .. })
                if (*limit, *allowed) == (wanted, value) => {}
            other => panic!("not stopped at `{wanted}`: {other:?}"),
        }
    }
}
