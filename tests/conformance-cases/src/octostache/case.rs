//! One case, as `octostache.json` has it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One case. Fields of the file that nobody looks at are left out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// Unique.
    pub id: String,
    /// `test-suite` or `probe`.
    pub origin: String,
    /// What is called.
    #[serde(default, rename = "op")]
    pub operation: Operation,
    /// Name to text or null, in order.
    #[serde(default)]
    pub variables: Map<String, Value>,
    /// The template; for `get...` and `require` the name of a variable.
    #[serde(default)]
    pub template: Option<String>,
    /// Absent means `true`.
    #[serde(default)]
    pub halt_on_error: Option<bool>,
    /// A .NET culture; absent means invariant.
    #[serde(default)]
    pub culture: Option<String>,
    /// The default of `get` and `get_flag`.
    #[serde(default)]
    pub default: Option<Value>,
    /// The separators of `get_strings`; absent means `,`.
    #[serde(default)]
    pub separators: Option<String>,
    /// A filter that the caller registers.
    #[serde(default)]
    pub extension: Option<Value>,
    /// What the original gave.
    #[serde(default)]
    pub expected: Option<Value>,
    /// Where the result depends on the clock.
    #[serde(default)]
    pub expected_regex: Option<String>,
    /// Whether there was an error beside the result; absent means that nobody looked.
    #[serde(default)]
    pub error: Option<bool>,
    /// That error, or the message of the exception.
    #[serde(default)]
    pub error_message: Option<String>,
    /// Whether the original threw.
    #[serde(default)]
    pub throws: bool,
    /// What it threw: the name of a .NET class.
    #[serde(default)]
    pub exception: Option<String>,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the function of that name")]
pub enum Operation {
    #[default]
    Evaluate,
    Truthy,
    Get,
    GetRaw,
    GetFlag,
    GetInt32,
    GetStrings,
    GetPaths,
    GetIndexes,
    GetNames,
    Require,
    /// Parse, and print in canonical form.
    Parse,
    ArgumentNames,
    SaveAsString,
}
