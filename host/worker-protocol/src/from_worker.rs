//! What a worker tells the supervisor.

use cofferdam_capability::LimitName;
use serde::{Deserialize, Serialize};

use crate::{Import, LogLevel, ModuleKind, Walls};

/// A message from a worker. The sender is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The walls are up; the task begins.
    Ready {
        /// [`PROTOCOL_VERSION`](crate::PROTOCOL_VERSION).
        protocol: u16,
        /// What is really up.
        walls: Walls,
    },
    /// Bytes that the hook printed on standard output.
    Stdout(Vec<u8>),
    /// Bytes that the hook printed on standard error.
    Stderr(Vec<u8>),
    /// The typed interface: a message was logged.
    Log {
        /// Its level.
        level: LogLevel,
        /// Its text.
        message: String,
    },
    /// The typed interface: an output variable was set.
    Output {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
        /// Whether it is secret.
        sensitive: bool,
    },
    /// The typed interface: a file is to be kept.
    Artifact {
        /// Its path.
        path: String,
        /// The name to keep it under.
        name: String,
    },
    /// The typed interface: how far the hook is.
    Progress {
        /// From 0 to 100.
        percent: u8,
        /// What it does.
        message: String,
    },
    /// The typed interface: a secret to mask.
    Mask(String),
    /// The typed interface: why the hook is going to fail.
    FailReason(String),
    /// The variable of this index was read through the typed interface, for the first time.
    UsedVariable(u32),
    /// The environment was read for the first time.
    UsedEnvironment,
    /// The folder of this index was used for the first time. The enclosure is 0 and not reported.
    UsedFolder(u32),
    /// The clock was read for the first time.
    UsedClock,
    /// Random bytes were read for the first time.
    UsedRandom,
    /// Something was refused.
    Refused(Refusal),
    /// A part of the body of the HTTP request that follows.
    HttpBody(Vec<u8>),
    /// An HTTP request; the worker waits for the answer. Whether the grant covers it is for the
    /// supervisor to say.
    Http(HttpHead),
    /// What the module is: the answer to inspecting, and the first part of that to compiling.
    Module {
        /// Its kind; `None` without an entry point.
        kind: Option<ModuleKind>,
        /// Its imports.
        imports: Vec<Import>,
        /// Its manifest.
        manifest: Option<Vec<u8>>,
    },
    /// The next part of the compiled code.
    Code(Vec<u8>),
    /// The task is done; nothing follows.
    Done,
    /// The task could not be done; nothing follows.
    Failed(TaskFailure),
    /// The hook ended; nothing follows.
    Ended {
        /// How.
        ending: Ending,
        /// What the worker counted.
        counters: Counters,
    },
}

/// An HTTP request without its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpHead {
    /// The method.
    pub method: String,
    /// Whether it is to be encrypted.
    pub https: bool,
    /// Host, and port where it is not the usual one.
    pub authority: String,
    /// Path and query.
    pub path_and_query: String,
    /// The headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// How long the hook wants to wait for the connection, the first byte, and between bytes, in
    /// milliseconds.
    pub waits_ms: [Option<u64>; 3],
}

/// Something that a hook asked for and did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What.
    pub what: String,
    /// Why not.
    pub why: String,
}

/// How a hook ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// With an exit code.
    Exit(i32),
    /// By a trap.
    Trap(String),
    /// At a limit that the worker enforces.
    Limit(LimitName),
    /// Not at all: the compiled code could not be loaded.
    CodeUnusable(String),
    /// It could not be started for want of something it imports.
    NotGranted {
        /// What.
        what: String,
        /// Why not.
        why: String,
    },
}

/// What a worker counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Bytes written into files.
    pub written_bytes: u64,
    /// Files, folders and links created.
    pub files_created: u64,
    /// Calls out of WebAssembly.
    pub host_calls: u64,
}

/// Why a task could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskFailure {
    /// The worker could not be set up.
    Setup(String),
    /// Neither WebAssembly nor its text form.
    NotWebAssembly,
    /// Native code.
    Precompiled,
    /// Not valid.
    Invalid(String),
}
