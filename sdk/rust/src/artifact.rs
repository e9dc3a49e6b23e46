//! Files to keep.

/// Keeps the file at `path` under `name`. It is copied when the hook has ended, so it can still
/// be written to. A blank path or name is ignored.
pub fn create(path: impl AsRef<str>, name: impl AsRef<str>) {
    crate::channel::create_artifact(path.as_ref(), name.as_ref());
}
