//! The log, with levels. `println!` logs at the level info as well.

/// How important a message is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Level {
    /// Details.
    Verbose,
    /// What happens.
    #[default]
    Info,
    /// What should not be, and does not stop the hook.
    Warning,
    /// What went wrong.
    Error,
    /// What people should not miss.
    Highlight,
    /// What the hook waits for.
    Wait,
}

/// Logs a message at any level.
pub fn write(level: Level, message: impl AsRef<str>) {
    crate::channel::log(level, message.as_ref());
}

/// Logs details.
pub fn verbose(message: impl AsRef<str>) {
    write(Level::Verbose, message);
}

/// Logs what happens.
pub fn info(message: impl AsRef<str>) {
    write(Level::Info, message);
}

/// Logs what should not be, and does not stop the hook.
pub fn warning(message: impl AsRef<str>) {
    write(Level::Warning, message);
}

/// Logs what went wrong. Does not end the hook: see [`fail`](crate::fail).
pub fn error(message: impl AsRef<str>) {
    write(Level::Error, message);
}

/// Logs what people should not miss.
pub fn highlight(message: impl AsRef<str>) {
    write(Level::Highlight, message);
}

/// Masks a secret in everything that is logged from now on. Secrets among the variables are
/// masked without it.
pub fn mask(secret: impl AsRef<str>) {
    crate::channel::mask(secret.as_ref());
}
