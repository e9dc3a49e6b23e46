//! Compiling programs of this workspace to WebAssembly from a build script.
//!
//! The nested build has a target folder of its own (it would wait for ever on the lock of the outer
//! one) and none of the outer build's settings. Build scripts include this file as a module.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What to compile, and how.
pub(crate) struct Build<'a> {
    /// The repository's workspace.
    pub(crate) workspace: &'a Path,
    /// The folder of the packages' own workspace.
    pub(crate) sources: &'a Path,
    /// The packages.
    pub(crate) packages: &'a [String],
    /// What they are compiled for.
    pub(crate) target: &'a str,
    /// The profile, which has a folder of the same name.
    pub(crate) profile: &'a str,
}

/// Compiles packages. The folder that they are in afterwards, as `PACKAGE.wasm`.
pub(crate) fn build(build: &Build<'_>) -> Result<PathBuf, Box<dyn Error>> {
    let Build { workspace, sources, packages, target, profile } = *build;
    let target_dir = env::var_os("COFFERDAM_HOOKS_TARGET_DIR")
        .map_or_else(|| workspace.join("target/hooks"), PathBuf::from);
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(sources)
        .args(["build", "--locked", "--profile", profile, "--target", target])
        .arg("--target-dir")
        .arg(&target_dir);
    for package in packages {
        cargo.arg("--package").arg(package);
    }
    // What cargo tells build scripts is about the outer build.
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let outer_setting =
            text.starts_with("CARGO_") && !matches!(text, "CARGO_HOME" | "CARGO_NET_OFFLINE");
        if outer_setting
            || matches!(text, "RUSTFLAGS" | "RUSTC" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER")
        {
            cargo.env_remove(&name);
        }
    }
    // The same programs, byte for byte, wherever the sources lie: no path of this machine in panics.
    let mut remap = vec![format!("--remap-path-prefix={}=cofferdam", workspace.display())];
    if let Some(cargo_home) = cargo_home() {
        remap.push(format!("--remap-path-prefix={}=cargo", cargo_home.display()));
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remap.join("\u{1f}"));
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!(
            "{} did not compile for {target} ({status}); `rustup target add {target}` installs the target",
            packages.join(", ")
        )
        .into());
    }
    Ok(target_dir.join(target).join(profile))
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}
