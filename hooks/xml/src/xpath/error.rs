//! What can be wrong with an expression, before and while it is evaluated.

/// An expression that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at column {column} of the XPath expression")]
pub struct CompileError {
    /// What is wrong.
    pub kind: CompileErrorKind,
    /// 1-based column, in characters.
    pub column: usize,
}

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant is its documentation")]
pub enum CompileErrorKind {
    #[error("expected {expected}, found {found}")]
    Expected { expected: &'static str, found: String },
    #[error("the character '{0}' starts nothing")]
    UnexpectedCharacter(char),
    #[error("the string is not closed")]
    UnclosedString,
    #[error("the comment is not closed")]
    UnclosedComment,
    #[error("there is no axis '{0}'")]
    UnknownAxis(String),
    #[error("there is no function '{0}'")]
    UnknownFunction(String),
    #[error("the function '{name}' takes {takes} arguments, not {given}")]
    ArgumentCount { name: &'static str, takes: String, given: usize },
    #[error("the variable '${0}' is not defined")]
    UnknownVariable(String),
    #[error("the expression is longer than the limit of {limit} bytes")]
    TooLong { limit: usize },
    #[error("the expression is nested deeper than the limit of {limit}")]
    TooDeep { limit: usize },
}

/// An expression that cannot be evaluated on this document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// A prefix has no namespace.
    #[error("the prefix '{prefix}' of the XPath expression is not bound to a namespace")]
    UnboundPrefix {
        /// The prefix.
        prefix: String,
    },
    /// A value of another type was needed.
    #[error("{what} in the XPath expression")]
    Type {
        /// What was found where.
        what: &'static str,
    },
    /// The pattern of `matches`, `replace` or `tokenize` is not a regular expression.
    #[error("'{pattern}' is not a regular expression: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The result was to be nodes.
    #[error("the XPath expression does not select nodes")]
    NotNodes,
    /// More work than allowed.
    #[error("the XPath expression takes more than the limit of {limit} steps")]
    TooManySteps {
        /// The limit.
        limit: u64,
    },
}
