//! A cargo that a test starts: to compile a hook for WebAssembly, or an attack for this machine.
//!
//! The cargo that runs the test has set variables for its own build (`CARGO_PKG_NAME`, `RUSTFLAGS`,
//! `RUSTC_WRAPPER`, ...), which must not reach another one. The toolchain that was chosen must: without
//! `RUSTUP_TOOLCHAIN`, rustup chooses anew in each folder that a compiler is started in, and those of
//! dependencies may hold a `rust-toolchain.toml` that has it install components in the middle of a build.

use std::env;
use std::process::Command;

/// What a nested cargo has to share with the outer one, of all that begins with `CARGO`.
const SHARED: [&str; 2] = ["CARGO_HOME", "CARGO_NET_OFFLINE"];

/// A command for the cargo that runs this test, or the one on the `PATH`.
#[must_use]
pub fn nested_cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_of_the_outer_build) {
            cargo.env_remove(name);
        }
    }
    cargo
}

fn is_of_the_outer_build(name: &str) -> bool {
    name.starts_with("CARGO") && !SHARED.contains(&name)
        || name.starts_with("RUST") && !name.starts_with("RUSTUP_")
}

#[cfg(test)]
mod tests {
    use super::is_of_the_outer_build;

    #[test]
    fn the_choice_of_a_toolchain_is_shared_and_flags_are_not() {
        for shared in ["RUSTUP_TOOLCHAIN", "RUSTUP_HOME", "CARGO_HOME", "PATH"] {
            assert!(!is_of_the_outer_build(shared), "{shared}");
        }
        for own in ["RUSTFLAGS", "RUSTC_WRAPPER", "CARGO", "CARGO_TARGET_DIR", "CARGO_PKG_NAME"] {
            assert!(is_of_the_outer_build(own), "{own}");
        }
    }
}
