//! Compiles the hook that attacks, so that the program can carry it: as both kinds of module.

#[path = "../built-in/wasm_build.rs"]
mod wasm_build;

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

const PROGRAM: &str = "cofferdam-hostile-guest";

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let guest = workspace.join("host/redteam/guest");
    println!("cargo::rerun-if-changed={}", guest.display());
    println!("cargo::rerun-if-changed=../built-in/wasm_build.rs");
    let out_dir = PathBuf::from(env::var("OUT_DIR")?);
    for (target, kept) in [("wasm32-wasip1", "preview1.wasm"), ("wasm32-wasip2", "component.wasm")]
    {
        let built = wasm_build::build(&wasm_build::Build {
            workspace: &workspace,
            sources: &guest,
            packages: &[PROGRAM.to_owned()],
            target,
            profile: "release",
        })?
        .join(format!("{PROGRAM}.wasm"));
        fs::copy(&built, out_dir.join(kept))
            .map_err(|error| format!("copying {}: {error}", built.display()))?;
    }
    Ok(())
}
