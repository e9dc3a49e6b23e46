//! `CustomHook`: a hook that the operator hands in for one deployment.

use std::path::PathBuf;

use crate::Stage;

/// A hook that the operator hands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomHook {
    /// When it runs: one of the stages that are [open to all](Stage::is_open_to_all).
    pub stage: Stage,
    /// Where its module is.
    pub module: HookModule,
}

/// Where a custom hook's module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookModule {
    /// In a file (`.wasm` or `.wat`).
    File(PathBuf),
    /// In a variable `Octopus.Action.CustomScripts.<Stage>.wat` (text) or `.wasm` (Base64).
    Variable {
        /// The variable's name, which names the hook in messages.
        name: String,
        /// The module.
        bytes: Vec<u8>,
    },
}
