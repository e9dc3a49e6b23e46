//! What is on record about the engine.

use serde::{Deserialize, Serialize};

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
