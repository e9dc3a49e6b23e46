//! Where a hook says what it is doing: four levels and one method.

/// How important a message is; the order is from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Detail for whoever looks into a problem.
    Verbose,
    /// What happens.
    Info,
    /// Something the user probably did not intend; the deployment goes on.
    Warning,
    /// Why the deployment fails.
    Error,
}

/// Receives the messages of a hook in the order in which they happen.
pub trait Log {
    /// Takes one message, which may have several lines.
    fn log(&mut self, level: Level, message: &str);

    /// Says something at [`Level::Verbose`].
    fn verbose(&mut self, message: &str) {
        self.log(Level::Verbose, message);
    }

    /// Says something at [`Level::Info`].
    fn info(&mut self, message: &str) {
        self.log(Level::Info, message);
    }

    /// Says something at [`Level::Warning`].
    fn warning(&mut self, message: &str) {
        self.log(Level::Warning, message);
    }

    /// Says something at [`Level::Error`].
    fn error(&mut self, message: &str) {
        self.log(Level::Error, message);
    }
}

/// Keeps every message, for tests and for callers that decide later what to show.
impl Log for Vec<(Level, String)> {
    fn log(&mut self, level: Level, message: &str) {
        self.push((level, message.to_owned()));
    }
}
