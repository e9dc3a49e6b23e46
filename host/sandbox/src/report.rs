//! What a run took.

use cofferdam_capability::Capability;
use serde::{Deserialize, Serialize};

use crate::Walls;

/// What one run took, and what held it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookReport {
    /// The exit code; `None` when the hook did not get to choose one.
    pub exit_code: Option<i32>,
    /// From starting the worker to its end, in milliseconds.
    pub wall_ms: u64,
    /// Processor time of the worker, user and system, in milliseconds.
    pub cpu_ms: u64,
    /// The largest resident size of the worker, in bytes.
    pub peak_memory_bytes: u64,
    /// What the hook wrote into files, rewriting included, as the worker counted.
    pub written_bytes: u64,
    /// Files, folders and links that it created, as the worker counted.
    pub files_created: u64,
    /// Calls out of WebAssembly, as the worker counted.
    pub host_calls: u64,
    /// What it printed on both streams, in bytes.
    pub output_bytes: u64,
    /// The walls that were up.
    pub walls: Walls,
    /// The capabilities that it used, each once, in the order of their first use.
    pub used: Vec<Capability>,
}
