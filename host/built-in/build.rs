//! Compiles the built-in hooks to WebAssembly, so that the program can carry them.
//!
//! The nested build has a target folder of its own (it would wait for ever on the lock of the outer
//! one) and none of the outer build's settings.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates below `hooks/` that are programs, with the name of the convention that each serves.
const BUILT_IN_HOOKS: [(&str, &str); 4] = [
    ("substitute-in-files", "SubstituteInFiles"),
    ("xml-transforms", "ConfigurationTransforms"),
    ("xml-variables", "ConfigurationVariables"),
    ("structured-variables", "StructuredConfigurationVariables"),
];

const TARGET: &str = "wasm32-wasip2";

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    for folder in ["hooks", "sdk", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(folder).display());
    }

    let target_dir = env::var_os("COFFERDAM_HOOKS_TARGET_DIR")
        .map_or_else(|| workspace.join("target/hooks"), PathBuf::from);
    build_hooks(&workspace, &target_dir)?;

    let mut table = String::from("const BUILT_IN_HOOKS: &[BuiltInHook] = &[\n");
    for (folder, convention) in BUILT_IN_HOOKS {
        let program = format!("cofferdam-hook-{folder}.wasm");
        let built = target_dir.join(TARGET).join("hook").join(&program);
        let kept = out_dir.join(&program);
        fs::copy(&built, &kept).map_err(|e| format!("copying {}: {e}", built.display()))?;
        table.push_str(&format!(
            "    BuiltInHook {{ name: {convention:?}, bytes: include_bytes!({:?}) }},\n",
            kept.display().to_string(),
        ));
    }
    table.push_str("];\n");
    fs::write(out_dir.join("built_in_hooks.rs"), table)?;
    Ok(())
}

fn build_hooks(workspace: &Path, target_dir: &Path) -> Result<(), Box<dyn Error>> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", "hook", "--target", TARGET])
        .arg("--target-dir")
        .arg(target_dir);
    for (folder, _) in BUILT_IN_HOOKS {
        cargo.arg("--package").arg(format!("cofferdam-hook-{folder}"));
    }
    // What cargo tells build scripts is about the outer build.
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        let outer_setting = text.starts_with("CARGO_") && !matches!(text, "CARGO_HOME" | "CARGO_NET_OFFLINE");
        if outer_setting || matches!(text, "RUSTFLAGS" | "RUSTC" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER") {
            cargo.env_remove(&name);
        }
    }
    // The same hooks, byte for byte, wherever the sources lie: no path of this machine in panics.
    let mut remap = vec![format!("--remap-path-prefix={}=cofferdam", workspace.display())];
    if let Some(cargo_home) = cargo_home() {
        remap.push(format!("--remap-path-prefix={}=cargo", cargo_home.display()));
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", remap.join("\u{1f}"));
    let status = cargo.status()?;
    if !status.success() {
        return Err(format!(
            "the built-in hooks did not compile for {TARGET} ({status}); \
             `rustup target add {TARGET}` installs the target"
        )
        .into());
    }
    Ok(())
}

fn cargo_home() -> Option<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
}
