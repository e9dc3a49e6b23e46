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

/// Which limit was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::max_output_bytes`](crate::Limits::max_output_bytes).
    OutputBytes,
    /// [`Limits::max_depth`](crate::Limits::max_depth).
    Depth,
    /// [`Limits::max_steps`](crate::Limits::max_steps).
    Steps,
    /// [`REGEX_BACKTRACK_LIMIT`](crate::limits::REGEX_BACKTRACK_LIMIT).
    RegexBacktracking,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutputBytes => "max_output_bytes",
            Self::Depth => "max_depth",
            Self::Steps => "max_steps",
            Self::RegexBacktracking => "the regular expression backtracking limit",
        })
    }
}

/// Everything that can stop an evaluation. A token that cannot be evaluated does not: see
/// [`Evaluation::missing`](crate::Evaluation::missing).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The evaluation would cost more than its limits allow.
    #[error(
        "evaluating the template would pass {limit} ({allowed}); simplify it or raise the limit"
    )]
    Limit {
        /// Which limit.
        limit: Limit,
        /// Its value.
        allowed: u64,
    },
    /// Variables refer to each other in a circle. The message is the one Octopus gives.
    #[error(
        "An attempt to parse the variable symbol \"{symbol}\" appears to have resulted in a self \
         referencing loop ({}). Ensure that recursive loops do not exist in the variable values.",
        chain.join(" -> ")
    )]
    Recursion {
        /// The reference that closes the circle.
        symbol: String,
        /// All references that lead there, the first and the closing one included.
        chain: Vec<String>,
    },
    /// The name of a variable has `[#{...}]` in it, so that no template can be evaluated.
    #[error("the variable name '{name}' contains an index that is a variable; rename the variable")]
    NameWithSymbolIndex {
        /// The name.
        name: String,
    },
    /// The template does not parse (where only one that does is any use).
    #[error("{message}")]
    Parse {
        /// The start of the first token that does not parse.
        position: Position,
        /// What Octopus reports.
        message: String,
    },
    /// A JSON array was asked for an item in front of its first.
    #[error("'{symbol}' has the negative index {index}; the items of a JSON array count from 0")]
    NegativeJsonIndex {
        /// What was to be resolved.
        symbol: String,
        /// The index.
        index: i32,
    },
    /// A JSON integer beyond 64 bits, which Octopus cannot turn into text.
    #[error("'{symbol}' is an integer of more than 64 bits; write it as a JSON string")]
    JsonIntegerTooLarge {
        /// What was to be resolved.
        symbol: String,
    },
    /// `FromBase64` was given something else.
    #[error("the input of FromBase64 is not valid Base64; check the variable's value")]
    InvalidBase64,
    /// `Match` or `Replace` was given a pattern that is no regular expression.
    #[error("the regular expression '{pattern}' is not valid: {reason}")]
    InvalidRegex {
        /// The pattern as written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `Substring` was given numbers whose sum is beyond 32 bits.
    #[error("Substring {start} {length} reaches beyond any text; use smaller numbers")]
    SubstringOverflow {
        /// The first option.
        start: i32,
        /// The second option.
        length: i32,
    },
    /// A version filter was given empty text.
    #[error("an empty text is not a version; give the variable a value")]
    EmptyVersion,
    /// A version filter was given something else.
    #[error(
        "'{text}' is not a version; write it as major.minor.patch.revision-prerelease+metadata"
    )]
    InvalidVersion {
        /// What was given.
        text: String,
    },
    /// A version has a number beyond 32 bits.
    #[error("the version '{text}' has a number of more than 32 bits; use smaller numbers")]
    VersionOverflow {
        /// The version.
        text: String,
    },
    /// A variable that has to have a value has none.
    #[error("the variable '{name}' is required but has no value; set it")]
    Required {
        /// Its name.
        name: String,
    },
    /// A collection was asked for without a name.
    #[error("the name of a collection must not be blank; name a variable")]
    BlankCollection,
    /// A collection was asked for under a name that is not a path.
    #[error("'{path}' is not the path of a collection; write it like A.B[c]")]
    NotAPath {
        /// What was given.
        path: String,
    },
}
