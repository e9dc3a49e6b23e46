//! The hook that asks, compiled once a test run, and the same in other languages where their
//! compilers are there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use cofferdam_nested_cargo::nested_cargo;

/// What the Rust guest is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Preview1,
    Component,
}

pub(crate) const BOTH: [Kind; 2] = [Kind::Preview1, Kind::Component];

impl Kind {
    fn target(self) -> &'static str {
        match self {
            Self::Preview1 => "wasm32-wasip1",
            Self::Component => "wasm32-wasip2",
        }
    }
}

/// The module of the Rust guest.
pub(crate) fn rust(kind: Kind) -> Vec<u8> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let target_dir = BUILT.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/capabilities/guest");
        let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../capability-guest");
        for kind in BOTH {
            let mut build = nested_cargo();
            build
                .args(["build", "--release", "--quiet", "--locked", "--target", kind.target()])
                .arg("--target-dir")
                .arg(&target_dir)
                .current_dir(&sources);
            let status = build.status().expect("cargo runs");
            assert!(status.success(), "the guest does not compile for {}", kind.target());
        }
        target_dir
    });
    let file = "release/cofferdam-capability-guest.wasm";
    std::fs::read(target_dir.join(kind.target()).join(file)).expect("the guest")
}

/// A program in C, compiled; none where clang or wasi-libc is missing, which is said.
pub(crate) fn c(source: &str) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("hook.c"), folder.path().join("hook.wasm"));
    std::fs::write(&input, source).expect("a file");
    let mut clang = Command::new("clang");
    clang.args(["--target=wasm32-wasi", "--sysroot=/usr", "-Os", "-s", "-o"]);
    let compiled = clang.arg(&output).arg(&input).output();
    if !compiled.as_ref().is_ok_and(|compiled| compiled.status.success()) {
        eprintln!(
            "SKIPPED: clang with wasi-libc is not here; scripts/install-tools.sh installs it"
        );
        return None;
    }
    Some(std::fs::read(&output).expect("the module"))
}
