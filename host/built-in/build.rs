//! Compiles the built-in hooks to WebAssembly, so that the program can carry them.

mod wasm_build;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

/// The crates below `hooks/` that are programs, with the name of the convention that each serves.
const BUILT_IN_HOOKS: [(&str, &str); 4] = [
    ("substitute-in-files", "SubstituteInFiles"),
    ("xml-transforms", "ConfigurationTransforms"),
    ("xml-variables", "ConfigurationVariables"),
    ("structured-variables", "StructuredConfigurationVariables"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    for path in ["hooks", "sdk/octostache", "sdk/rust", "sdk/wit", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(path).display());
    }
    let packages = BUILT_IN_HOOKS.map(|(folder, _)| format!("cofferdam-hook-{folder}"));
    let built_dir = wasm_build::build(&wasm_build::Build {
        workspace: &workspace,
        sources: &workspace,
        packages: &packages,
        target: "wasm32-wasip2",
        profile: "hook",
    })?;

    let mut table = String::from("const BUILT_IN_HOOKS: &[BuiltInHook] = &[\n");
    for (package, (_, convention)) in packages.iter().zip(BUILT_IN_HOOKS) {
        let program = format!("{package}.wasm");
        let built = built_dir.join(&program);
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
