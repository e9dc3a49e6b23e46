//! The hook that attacks, compiled for this machine once a test run.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cofferdam_nested_cargo::nested_cargo;

/// The program, which nothing holds.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(build);
    &PROGRAM
}

fn build() -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host/redteam/guest");
    let target_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../hostile");
    let mut build = nested_cargo();
    build
        .args(["build", "--release", "--quiet", "--locked", "--target-dir"])
        .arg(&target_dir)
        .current_dir(&sources);
    let status = build.status().expect("cargo runs");
    assert!(status.success(), "the guest does not compile for this machine");
    let target_dir = target_dir.canonicalize().expect("it was just written");
    target_dir.join(format!("release/cofferdam-hostile-guest{}", env::consts::EXE_SUFFIX))
}
