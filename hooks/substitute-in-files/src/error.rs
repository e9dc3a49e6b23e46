//! Why the step failed.

use std::path::PathBuf;

/// Why the step failed; files before the one at fault have been changed, that one has not.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be found, read or written.
    #[error(transparent)]
    File(#[from] cofferdam_hook_files::Error),
    /// Something in a file cannot be evaluated, and that is to be a failure.
    #[error("Parsing file '{}' with Octostache returned the following error: `{reason}`", path.display())]
    Unresolved {
        /// The file.
        path: PathBuf,
        /// What cannot be evaluated, in the words of the template language.
        reason: String,
    },
    /// Something in a file cannot be evaluated with the variables that are not secret.
    #[error("{reason}. This may be due to missing or sensitive variables.")]
    UnresolvedWithoutSecrets {
        /// The file.
        path: PathBuf,
        /// What cannot be evaluated, in the words of the template language.
        reason: String,
    },
    /// Evaluating a file cannot be completed: variables refer to each other in a circle, or a limit is passed.
    #[error("could not substitute variables in '{}': {source}", path.display())]
    Evaluation {
        /// The file.
        path: PathBuf,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// A variable that steers the step cannot be evaluated.
    #[error("the variable '{name}' could not be evaluated: {source}")]
    Variable {
        /// Its name.
        name: &'static str,
        /// Why.
        source: cofferdam_octostache::Error,
    },
}
