//! Compiling programs of this workspace to WebAssembly from a build script.
//!
//! The nested build has a target folder of its own (it would wait for ever on the lock of the outer
//! one) and none of the outer build's settings. Build scripts include this file as a module.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-wasip2";

/// Compiles packages to WASI 0.2 components. The folder that they are in afterwards, as
/// `PACKAGE.wasm`.
pub(crate) fn build(workspace: &Path, packages: &[String]) -> Result<PathBuf, Box<dyn Error>> {
    let target_dir = env::var_os("COFFERDAM_HOOKS_TARGET_DIR")
        .map_or_else(|| workspace.join("target/hooks"), PathBuf::from);
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", "hook", "--target", TARGET])
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
            "{} did not compile for {TARGET} ({status}); `rustup target add {TARGET}` installs the target",
            packages.join(", ")
        )
        .into());
    }
    Ok(target_dir.join(TARGET).join("hook"))
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}
