//! What a run took.

use cofferdam_capability::{Capability, Origin};
use serde::{Deserialize, Serialize};

use crate::Walls;

/// What one run took, and what held it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The capabilities that it used, each once, in the order of their first use: folders,
    /// variables that were read through the typed interface, clock, random numbers, HTTP.
    ///
    /// HTTP is counted by the supervisor. The rest is what the worker said, and a worker that a
    /// hook has broken can keep silent about what it used, or claim what it did not. It cannot
    /// claim or use what was not granted.
    pub used: Vec<Capability>,
    /// Whether it read its environment at all, as the worker said. The variables and environment
    /// variables that it was granted stand there all together; at which of them it looked, nobody
    /// can know.
    #[serde(default)]
    pub read_environment: bool,
    /// The HTTP requests that were made for it, in their order.
    #[serde(default)]
    pub http: Vec<HttpExchange>,
}

/// One HTTP request that was made for a hook. Holds nothing of path, headers and bodies, which may
/// be secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HttpExchange {
    /// Where it went.
    pub origin: Origin,
    /// Its method.
    pub method: String,
    /// The status code of the response, when there was one.
    pub status: Option<u16>,
    /// Why there was none, or why the hook did not get it.
    pub failure: Option<String>,
}
