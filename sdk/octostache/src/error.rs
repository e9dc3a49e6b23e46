//! Everything that can stop an evaluation.

use std::fmt;

/// A place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Bytes before it.
    pub offset: usize,
    /// 1-based.
    pub line: usize,
    /// 1-based, in UTF-16 units, as .NET counts.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Which of [`Limits`](crate::Limits) was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::max_output_bytes`](crate::Limits::max_output_bytes).
    OutputBytes,
    /// [`Limits::max_depth`](crate::Limits::max_depth).
    Depth,
    /// [`Limits::max_steps`](crate::Limits::max_steps).
    Steps,
}

/// Everything that can stop an evaluation. A token that cannot be evaluated does not: see
/// [`Evaluation::missing`](crate::Evaluation::missing).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The evaluation would cost more than its limits allow.
    #[error("the template needs more than {allowed} of {limit:?}; simplify it or raise the limit")]
    Limit {
        /// Which limit.
        limit: Limit,
        /// Its value.
        allowed: u64,
    },
}
