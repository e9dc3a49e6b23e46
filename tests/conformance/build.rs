//! Compiles the guest that runs cases of the template language in the sandbox.

#[path = "../../host/built-in/wasm_build.rs"]
mod wasm_build;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

const GUEST: &str = "cofferdam-conformance-guest";

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let guest = "tests/conformance/guest";
    for folder in [guest, "tests/conformance-cases", "sdk/octostache", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(folder).display());
    }
    let built = wasm_build::build(&wasm_build::Build {
        workspace: &workspace,
        sources: &workspace,
        packages: &[GUEST.to_owned()],
        target: "wasm32-wasip2",
        profile: "hook",
    })?
    .join(format!("{GUEST}.wasm"));
    let kept = PathBuf::from(env::var("OUT_DIR")?).join("guest.wasm");
    fs::copy(&built, kept).map_err(|error| format!("copying {}: {error}", built.display()))?;
    Ok(())
}
