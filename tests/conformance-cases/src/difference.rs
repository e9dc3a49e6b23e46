//! How what ours does differs from what the original does.

use std::fmt;

/// What was to come out, and what came out, for people to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What the original produced, or what must hold.
    pub expected: String,
    /// What ours produced.
    pub actual: String,
}

impl Difference {
    /// A difference in words.
    #[must_use]
    pub fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into() }
    }

    /// The same difference, with what it is about in front of both sides.
    #[must_use]
    pub fn about(self, what: &str) -> Self {
        Self {
            expected: format!("{what}: {}", self.expected),
            actual: format!("{what}: {}", self.actual),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}\nactual   {}", self.expected, self.actual)
    }
}
