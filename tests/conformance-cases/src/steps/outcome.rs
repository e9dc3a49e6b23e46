//! What a hook did.

use cofferdam_hook_files::Level;

/// What a hook did in a folder, besides changing it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Why it failed, if it did.
    pub failure: Option<String>,
    /// What it said, in the form of the vectors: `verbose: `, `info: `, `warn: ` or `error: `, and the
    /// message.
    pub log: Vec<String>,
    /// How the hook calls the folder in messages, without a `/` at the end: empty in the sandbox, where
    /// the folder is `/`.
    pub root: String,
}

impl Outcome {
    /// One line of the log in the form of the vectors.
    #[must_use]
    pub fn line(level: Level, message: &str) -> String {
        let level = match level {
            Level::Verbose => "verbose",
            Level::Info => "info",
            Level::Warning => "warn",
            Level::Error => "error",
        };
        format!("{level}: {message}")
    }

    /// The whole log, to search in and to show.
    pub(crate) fn said(&self) -> String {
        self.log.join("\n")
    }

    /// How it ended, to show.
    pub(crate) fn ending(&self) -> String {
        match &self.failure {
            Some(failure) => format!("a failure: {failure}"),
            None => "success".to_owned(),
        }
    }
}
