//! What came out of a case.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What came out of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A result, and the error reported beside it.
    Returned {
        /// Text, truth, number, list or null.
        value: Value,
        /// What Octopus would report.
        error: Option<String>,
    },
    /// The evaluation was stopped.
    Stopped {
        /// The .NET exception that the original throws in such a case.
        exception: String,
        /// Our message.
        message: String,
    },
}
