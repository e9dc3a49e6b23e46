//! What can be wrong with settings.

use std::path::PathBuf;

use cofferdam_variables::{EvaluateError, FilePosition, VariablesFileError};

/// What can be wrong with settings. Found before anything is touched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The settings file cannot be read.
    #[error("the settings file `{}` cannot be read: {source}", .path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The settings file says something that cannot be understood.
    #[error("the settings file `{}`, {at}: {message}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        at: FilePosition,
        /// What is wrong, and what is expected.
        message: String,
    },
    /// The variables in the settings file.
    #[error(transparent)]
    Variables(#[from] VariablesFileError),
    /// A variable that an option is read from.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A path must be absolute.
    #[error("{what} must be an absolute path, not `{}`", .path.display())]
    NotAbsolute {
        /// Which option.
        what: &'static str,
        /// What was given.
        path: PathBuf,
    },
    /// Nobody says where packages are extracted to.
    #[error(
        "no folder to extract packages to: give `--root`, or set the environment variable HOME"
    )]
    NoRoot,
    /// A custom hook at a stage that has none.
    #[error(
        "a custom hook cannot run at {0}, which is for features; use PreDeploy, Deploy, PostDeploy or DeployFailed"
    )]
    CustomHookStage(crate::Stage),
    /// A custom script that is no WebAssembly.
    #[error(
        "the variable `{name}` holds a script, and Cofferdam runs WebAssembly only: \
         hand in a hook with `--custom-hook {stage}=FILE`, or remove the variable"
    )]
    ScriptVariable {
        /// The variable.
        name: String,
        /// Its stage.
        stage: crate::Stage,
    },
    /// A custom hook's variable that cannot be decoded.
    #[error("the variable `{name}` should hold a WebAssembly module in Base64: {message}")]
    HookVariable {
        /// The variable.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// An option whose value has another form.
    #[error("the variable `{variable}` should be {expected}")]
    Value {
        /// The variable.
        variable: String,
        /// What it should be.
        expected: &'static str,
    },
}
