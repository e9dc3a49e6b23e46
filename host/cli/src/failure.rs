//! How a command fails, and the one place where errors are shown.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use crate::exit::Exit;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};

/// A command's failure: the exit code, the error with its causes, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    error: Box<dyn Error + Send + Sync>,
    hint: Option<String>,
    already_shown: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { exit, error: error.into(), hint: None, already_shown: false }
    }

    /// A failure that the command's own output has explained.
    pub(crate) fn already_shown(exit: Exit) -> Self {
        Self { exit, error: exit_name(exit).into(), hint: None, already_shown: true }
    }

    /// Puts a sentence in front; what was the error becomes its cause.
    pub(crate) fn context(mut self, message: String) -> Self {
        self.error = Box::new(InContext { message, cause: self.error });
        self
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Option<String>>) -> Self {
        self.hint = hint.into();
        self
    }

    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The message for people: the error, each cause on its own line, and the hint.
    pub(crate) fn render(&self, style: Style) -> String {
        if self.already_shown {
            return String::new();
        }
        let mut text =
            format!("{} {}\n", style.paint(Role::Bad, "error:"), lines(&self.error.to_string()));
        let mut shown = self.error.to_string();
        let mut cause = self.error.source();
        while let Some(error) = cause {
            let message = error.to_string();
            // Many libraries repeat their cause in their own message.
            if !shown.contains(&message) {
                let _ = writeln!(
                    text,
                    "  {} {}",
                    style.paint(Role::Quiet, "because:"),
                    lines(&message)
                );
            }
            shown = message;
            cause = error.source();
        }
        if let Some(hint) = &self.hint {
            let _ = write!(text, "\n{} {}\n", style.paint(Role::Accent, "hint:"), lines(hint));
        }
        text
    }
}

fn exit_name(exit: Exit) -> &'static str {
    crate::exit::EXITS.iter().find(|facts| facts.code == exit as u8).map_or("failed", |f| f.name)
}

/// Messages may quote names from packages: they are made harmless, line by line.
fn lines(message: &str) -> String {
    message.lines().map(|line| printable(line)).collect::<Vec<_>>().join("\n  ")
}

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct InContext {
    message: String,
    #[source]
    cause: Box<dyn Error + Send + Sync>,
}

/// Says what was attempted, for errors that say only why it did not work, as those of the operating system.
pub(crate) trait OrCannot<T> {
    /// ``cannot DOING `PATH` ``; what was the error becomes its cause.
    fn or_cannot(self, exit: Exit, doing: &str, path: &Path) -> Result<T, Failure>;

    /// The same about printing the command's output.
    fn or_cannot_print(self) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrCannot<T> for Result<T, E> {
    fn or_cannot(self, exit: Exit, doing: &str, path: &Path) -> Result<T, Failure> {
        let context = || format!("cannot {doing} `{}`", path.display());
        self.map_err(|error| Failure::new(exit, error).context(context()))
    }

    fn or_cannot_print(self) -> Result<T, Failure> {
        let context = || "cannot write to standard output".to_owned();
        self.map_err(|error| Failure::new(Exit::System, error).context(context()))
    }
}

/// Gives errors of a library the exit code that fits this use of it. They have to say what was attempted,
/// and where; where they do not, see [`OrCannot`].
pub(crate) trait OrExit<T> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, error))
    }
}
