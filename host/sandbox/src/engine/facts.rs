//! What is on record about the engine.

use serde::{Deserialize, Serialize};

use super::features::FEATURES;

/// The version of the engine that is linked in. A test compares it with `Cargo.lock`.
const WASMTIME_VERSION: &str = "48.0.8";

/// The engine that compiles and runs hooks: which one, and how it is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// Name and version: `wasmtime 48.0.8`.
    pub version: String,
    /// The settings that matter for safety, as name and value.
    pub settings: Vec<(String, String)>,
    /// The WebAssembly features that are accepted; what is not listed is not.
    pub features: Vec<String>,
}

impl EngineFacts {
    /// The facts of the engine that is linked in.
    #[must_use]
    pub fn current() -> Self {
        let settings = [
            ("compiler", "cranelift"),
            ("optimisation", "speed"),
            ("register-allocation", "backtracking"),
            ("nan-canonicalisation", "on"),
            ("epochs", "off"),
            ("fuel", "off"),
            ("pooling", "off"),
        ];
        Self {
            version: format!("wasmtime {WASMTIME_VERSION}"),
            settings: settings.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            features: FEATURES.iter().map(|feature| feature.name.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_one_that_is_linked() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock");
        let lock = std::fs::read_to_string(manifest).unwrap();
        let linked = format!("name = \"wasmtime\"\nversion = \"{WASMTIME_VERSION}\"");
        assert!(lock.contains(&linked), "Cargo.lock has another wasmtime than {WASMTIME_VERSION}");
    }
}
