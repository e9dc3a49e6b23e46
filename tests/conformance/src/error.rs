//! Why the cases could not be run.

use std::io;
use std::path::PathBuf;

use cofferdam_conformance_cases::LoadError;
use cofferdam_sandbox::{PrepareError, SandboxError};

/// Why the cases could not be run. A case that fails is none of these.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    /// There is no such folder.
    #[error("`{}` is no folder; give one in the layout of `tests/vectors`", path.display())]
    NoVectors {
        /// What was given.
        path: PathBuf,
    },
    /// The cases.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The folder, or the part of it that was asked for, has no case.
    #[error("there is no case to run in `{}`", path.display())]
    NoCases {
        /// The folder.
        path: PathBuf,
    },
    /// The sandbox.
    #[error("the sandbox cannot be set up")]
    Sandbox(#[from] SandboxError),
    /// A hook.
    #[error("the hook cannot be compiled in the sandbox")]
    Prepare(#[from] PrepareError),
    /// A report.
    #[error("cannot write the report `{}`", path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Standard output.
    #[error("cannot print the results")]
    Print(#[from] io::Error),
}
