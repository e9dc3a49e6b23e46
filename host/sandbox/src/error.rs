//! Everything that can go wrong, by what was asked for.

use std::io;
use std::path::PathBuf;

use cofferdam_capability::LimitName;

use crate::{HookReport, RequiredWalls, Walls};

/// A sandbox that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SandboxError {
    /// The cache folder cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The worker program cannot be found.
    #[error("cannot find out which program to start as worker")]
    WorkerProgram(#[source] io::Error),
    /// The engine refuses its settings.
    #[error("cannot set up the WebAssembly engine: {0}")]
    Engine(String),
}

/// A cache folder, or an entry in it, that is not to be trusted or cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// Reading or writing failed.
    #[error("cannot {doing} `{}`", path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Others could put code there.
    #[error(
        "`{}` holds compiled code and {why}; make it a folder of this user with mode 0700",
        path.display()
    )]
    Exposed {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The key that authenticates the entries is not one.
    #[error(
        "`{}` is not the cache's key; remove the folder and it is made anew",
        path.display()
    )]
    Key {
        /// The key's file.
        path: PathBuf,
    },
}

/// A module that cannot be inspected, or cannot be made ready to run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// Neither a WebAssembly binary nor its text form.
    #[error(
        "`{name}` is not a WebAssembly module; it should begin with `\\0asm`, or be the text form"
    )]
    NotWebAssembly {
        /// The module.
        name: String,
    },
    /// Native code that some engine made.
    #[error(
        "`{name}` is precompiled native code, which is never accepted; hand in the `.wasm` it was made from"
    )]
    Precompiled {
        /// The module.
        name: String,
    },
    /// The WebAssembly is malformed, or uses a feature that is not accepted.
    #[error("`{name}` is not valid WebAssembly for this engine: {message}")]
    Invalid {
        /// The module.
        name: String,
        /// What the validator says, with the offset or the line.
        message: String,
    },
    /// There is no entry point.
    #[error(
        "`{name}` has no entry point: a preview 1 module exports `_start`, a component `wasi:cli/run`"
    )]
    NoEntryPoint {
        /// The module.
        name: String,
    },
    /// A kind that can be inspected only.
    #[error(
        "`{name}` is a WASI 0.3 component, which this version does not run; build it for WASI 0.2"
    )]
    Unsupported {
        /// The module.
        name: String,
    },
    /// Nobody provides an import.
    #[error("`{name}` imports `{import}`, which Cofferdam does not provide")]
    UnknownImport {
        /// The module.
        name: String,
        /// The import.
        import: String,
    },
    /// A limit was reached.
    #[error("`{name}` reached the limit `{limit}` of {}", limit.format_value(*allowed))]
    Limit {
        /// The module.
        name: String,
        /// Which limit.
        limit: LimitName,
        /// Its value, in its unit.
        allowed: u64,
    },
    /// The worker ended without an answer.
    #[error("the worker that was to {task} `{name}` {detail}")]
    WorkerDied {
        /// The module.
        name: String,
        /// What it was doing: `inspect` or `compile`.
        task: &'static str,
        /// How it ended.
        detail: String,
    },
    /// The worker's answer makes no sense.
    #[error("the worker for `{name}` broke the protocol: {what}")]
    Protocol {
        /// The module.
        name: String,
        /// What it did.
        what: String,
    },
    /// The walls that were asked for are not up.
    #[error(
        "the operator requires the walls `{required}`, and a worker on this machine has: {found}"
    )]
    Walls {
        /// What is required.
        required: RequiredWalls,
        /// What is up.
        found: Walls,
    },
    /// The cache.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The operating system.
    #[error("cannot {doing}")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
}

impl PrepareError {
    /// What to do about it, when there is something that the error does not say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Limit { limit, .. } => Some(limit_hint(*limit)),
            Self::Walls { .. } => Some(walls_hint()),
            _ => None,
        }
    }
}

/// A hook that did not succeed.
///
/// Reports are there when there was a run to report on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// It ended on its own account, and said that it failed.
    #[error("the hook ended with exit code {code}{}", because(reason))]
    ExitCode {
        /// The exit code; 1 for a component whose `run` returned an error.
        code: i32,
        /// What it said about the reason.
        reason: Option<String>,
        /// What the run took.
        report: Box<HookReport>,
    },
    /// It did something that WebAssembly does not allow.
    #[error("the hook was stopped by a trap: {message}{}", because(reason))]
    Trap {
        /// What the engine says.
        message: String,
        /// What the hook said about the reason.
        reason: Option<String>,
        /// What the run took.
        report: Box<HookReport>,
    },
    /// It reached a limit and was stopped.
    #[error("the hook reached the limit `{limit}` of {}", limit.format_value(*allowed))]
    Limit {
        /// Which limit.
        limit: LimitName,
        /// Its value, in its unit.
        allowed: u64,
        /// What the run took.
        report: Box<HookReport>,
    },
    /// The caller cancelled it.
    #[error("the hook was cancelled")]
    Cancelled,
    /// The worker ended without a word: the engine is broken, or a wall stopped it.
    #[error("the hook's worker {detail}")]
    WorkerDied {
        /// The signal that ended it.
        signal: Option<i32>,
        /// How it ended, in words.
        detail: String,
        /// What the run took.
        report: Box<HookReport>,
    },
    /// What the worker sent makes no sense.
    #[error("the hook's worker broke the protocol and was killed: {what}")]
    Protocol {
        /// What it did.
        what: String,
    },
    /// The walls that were asked for are not up.
    #[error(
        "the operator requires the walls `{required}`, and a worker on this machine has: {found}"
    )]
    Walls {
        /// What is required.
        required: RequiredWalls,
        /// What is up.
        found: Walls,
    },
    /// The module cannot work with what the grant has.
    #[error("the hook needs {what}, which it was not granted: {why}")]
    NotGranted {
        /// What.
        what: String,
        /// Why not.
        why: String,
    },
    /// The compiled code cannot be loaded, although it is what was prepared.
    #[error("the compiled code of `{name}` cannot be loaded: {why}")]
    ModuleUnusable {
        /// The module.
        name: String,
        /// What the engine says.
        why: String,
    },
    /// The worker could not be set up.
    #[error("the hook's worker could not be set up: {message}")]
    Setup {
        /// What failed.
        message: String,
    },
    /// The operating system.
    #[error("cannot {doing}")]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// What the operating system says.
        source: io::Error,
    },
}

impl HookError {
    /// What the run took, when there was one.
    #[must_use]
    pub fn report(&self) -> Option<&HookReport> {
        match self {
            Self::ExitCode { report, .. }
            | Self::Trap { report, .. }
            | Self::Limit { report, .. }
            | Self::WorkerDied { report, .. } => Some(report),
            _ => None,
        }
    }

    /// What to do about it, when there is something that the error does not say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Limit { limit, .. } => Some(limit_hint(*limit)),
            Self::Walls { .. } => Some(walls_hint()),
            Self::WorkerDied { signal: Some(SIGSYS), .. } => Some(
                "the system call filter stopped it; a hook cannot cause that unless it broke out \
                 of WebAssembly, so keep the module and report it"
                    .to_owned(),
            ),
            Self::Setup { .. } => Some(
                "check that the worker's user can reach and write the folder the hook works in"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// The signal that a system call outside the allow-list ends a process with.
const SIGSYS: i32 = 31;

fn because(reason: &Option<String>) -> String {
    reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}

fn limit_hint(limit: LimitName) -> String {
    format!(
        "if the module is meant to need that much, raise the limit for it: `--limit {limit}=VALUE`, `[limits]` in \
         the settings, or `limits` of a grant"
    )
}

fn walls_hint() -> String {
    "a newer Linux kernel has them (Landlock from 5.13, system call filters from 3.17); a root of \
     the worker's own needs CAP_SYS_CHROOT or unprivileged user namespaces"
        .to_owned()
}
