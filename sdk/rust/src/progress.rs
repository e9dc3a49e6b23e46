//! How far the hook is.

/// Reports a percentage (more than 100 counts as 100) and what is being done.
pub fn report(percent: u8, message: impl AsRef<str>) {
    crate::channel::report_progress(percent.min(100), message.as_ref());
}
