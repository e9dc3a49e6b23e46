//! What the supervisor tells a worker.

use cofferdam_capability::{Access, ClockSource, Limits, RandomSource};
use serde::{Deserialize, Serialize};

use crate::{DeploymentFacts, HookVariable, HttpFailureKind, Probe, UserIds};

/// A message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum ToWorker {
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
pub struct Setup {
    /// [`PROTOCOL_VERSION`](crate::PROTOCOL_VERSION).
    pub protocol: u16,
    /// The user to become.
    pub user: Option<UserIds>,
    /// The limits.
    pub limits: Limits,
    /// The task.
    pub task: Task,
    /// Switches for tests.
    #[cfg(feature = "test-switches")]
    pub test_switches: crate::TestSwitches,
}

/// The task of a worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum Task {
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
pub struct RunTask {
    /// Where the compiled code is, for operating systems that pass no descriptors.
    pub code_path: Option<std::path::PathBuf>,
    /// Whether the code is that of a component.
    pub component: bool,
    /// The program's arguments, its name first.
    pub arguments: Vec<String>,
    /// The environment variables, in order, names unique.
    pub environment: Vec<(String, String)>,
    /// The variables, for the typed interface.
    pub variables: Vec<HookVariable>,
    /// The facts, for the typed interface.
    pub facts: DeploymentFacts,
    /// The folders, the enclosure first, in the order of their descriptors.
    pub preopens: Vec<PreopenPlan>,
    /// The clock.
    pub clock: ClockSource,
    /// The random numbers.
    pub random: RandomSource,
    /// What the worker does instead of running the code.
    pub probe: Option<Probe>,
}

/// One folder that a hook sees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PreopenPlan {
    /// The path under which it sees it.
    pub guest: String,
    /// How it may be used.
    pub access: Access,
    /// Where the folder is, for operating systems that pass no descriptors.
    pub path: Option<std::path::PathBuf>,
}

/// What came of an HTTP request.
#[derive(Debug, Serialize, Deserialize)]
pub enum HttpAnswer {
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
