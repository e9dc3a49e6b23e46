//! The hook that attacks, compiled once a test run: as both kinds of module, and for this machine.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = "cofferdam-hostile-guest";

/// What the guest is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Preview1,
    Component,
}

pub(crate) const BOTH: [Kind; 2] = [Kind::Preview1, Kind::Component];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Preview1 => "preview1",
            Self::Component => "component",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::Preview1 => "wasm32-wasip1",
            Self::Component => "wasm32-wasip2",
        }
    }
}

/// Where the compiled guests are.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    target_dir: PathBuf,
}

impl Guest {
    /// Compiles what is not up to date.
    pub(crate) fn build() -> Self {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/hostile/guest");
        let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../hostile");
        for target in [None, Some("wasm32-wasip1"), Some("wasm32-wasip2")] {
            let mut build = cargo();
            build
                .args(["build", "--release", "--quiet", "--locked", "--target-dir"])
                .arg(&target_dir)
                .args(target.map(|target| format!("--target={target}")))
                .current_dir(&sources);
            let status = build.status().expect("cargo runs");
            assert!(status.success(), "the guest does not compile for {target:?}");
        }
        Self { target_dir: target_dir.canonicalize().expect("it was just written") }
    }

    pub(crate) fn module(&self, kind: Kind) -> PathBuf {
        self.target_dir.join(kind.target()).join("release").join(format!("{PROGRAM}.wasm"))
    }

    /// The same program for this machine, which nothing holds.
    pub(crate) fn native(&self) -> PathBuf {
        self.target_dir.join("release").join(format!("{PROGRAM}{}", env::consts::EXE_SUFFIX))
    }
}

/// A nested cargo, which gets none of what the outer one set.
fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        let is_outer = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO") && name != "CARGO_HOME"
                || name.starts_with("RUST") && name != "RUSTUP_HOME"
        });
        if is_outer {
            cargo.env_remove(name);
        }
    }
    cargo
}
