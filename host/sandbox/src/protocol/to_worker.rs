//! What the supervisor tells a worker.

use cofferdam_capability::{Access, ClockSource, Limits, RandomSource};
use serde::{Deserialize, Serialize};

use crate::{DeploymentFacts, HookVariable, HttpFailureKind, Probe, UserIds};

/// The largest frame to a worker. The supervisor makes them itself, of variables mostly.
pub(crate) const MAX_TO_WORKER_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// A message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToWorker {
    /// The first message: what to do, and behind which walls.
    Setup(Box<Setup>),
    /// The next part of the module to inspect or compile.
    Module(Vec<u8>),
    /// A part of the body of the response that follows.
    HttpBody(Vec<u8>),
    /// The answer to an HTTP request.
    Http(HttpAnswer),
}

/// What a worker is to do, and what to put up before.
///
/// Comes with descriptors, where the operating system can pass them: an empty folder for inspecting
/// and compiling; the compiled code, the enclosure, and one folder a preopen for running.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Setup {
    /// [`PROTOCOL_VERSION`](super::PROTOCOL_VERSION).
    pub(crate) protocol: u16,
    /// The user to become.
    pub(crate) user: Option<UserIds>,
    /// The limits.
    pub(crate) limits: Limits,
    /// The task.
    pub(crate) task: Task,
    /// Switches for tests.
    #[cfg(feature = "test-switches")]
    pub(crate) test_switches: crate::TestSwitches,
}

/// The task of a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Say what a module is, without compiling it.
    Inspect {
        /// How many bytes of it follow.
        size: u64,
    },
    /// Say what a module is, and compile it.
    Compile {
        /// How many bytes of it follow.
        size: u64,
    },
    /// Run a hook.
    Run(Box<RunTask>),
}

/// Everything that a hook is run with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RunTask {
    /// Where the compiled code is, for operating systems that pass no descriptors.
    pub(crate) code_path: Option<std::path::PathBuf>,
    /// Whether the code is that of a component.
    pub(crate) component: bool,
    /// The program's arguments, its name first.
    pub(crate) arguments: Vec<String>,
    /// The environment variables, in order, names unique.
    pub(crate) environment: Vec<(String, String)>,
    /// The variables, for the typed interface.
    pub(crate) variables: Vec<HookVariable>,
    /// The facts, for the typed interface.
    pub(crate) facts: DeploymentFacts,
    /// The folders, the enclosure first, in the order of their descriptors.
    pub(crate) preopens: Vec<PreopenPlan>,
    /// The clock.
    pub(crate) clock: ClockSource,
    /// The random numbers.
    pub(crate) random: RandomSource,
    /// What the worker does instead of running the code.
    pub(crate) probe: Option<Probe>,
}

/// One folder that a hook sees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PreopenPlan {
    /// The path under which it sees it.
    pub(crate) guest: String,
    /// How it may be used.
    pub(crate) access: Access,
    /// Where the folder is, for operating systems that pass no descriptors.
    pub(crate) path: Option<std::path::PathBuf>,
}

/// What came of an HTTP request.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum HttpAnswer {
    /// A response.
    Response {
        /// The status code.
        status: u16,
        /// The headers.
        headers: Vec<(String, Vec<u8>)>,
    },
    /// There is none.
    Failed {
        /// What kind of failure it is.
        kind: HttpFailureKind,
    },
}
