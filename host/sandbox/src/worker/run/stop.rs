//! Errors that end a hook, to be recognised when the engine returns them.

use cofferdam_capability::LimitName;

/// A hook reached this limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the limit `{0}` was reached")]
pub(super) struct LimitReached(pub(super) LimitName);

/// The compiled code cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the compiled code cannot be loaded: {0}")]
pub(super) struct CodeUnusable(pub(super) String);
