//! What can go wrong with one element of a transform file. The texts are those of the original,
//! so that logs can be compared and searched for.

use cofferdam_xml::xpath::{self, CompileError, CompileErrorKind, Dialect, EvaluateError};

/// Why an element of a transform file was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant is its documentation")]
pub enum Failure {
    #[error(
        "Transform and Locator attributes must contain only a type name, or a type name followed by a list of attributes in parentheses."
    )]
    BadAttributeValue,
    #[error("Could not resolve '{name}' as a type of {role}")]
    UnknownType { name: String, role: &'static str },
    #[error("'Microsoft.Web.XmlTransform.{name}' is not a type of {role}")]
    WrongType { name: String, role: &'static str },
    #[error(
        "Type 'Microsoft.Web.XmlTransform.{name}' must have a no-argument constructor to be instantiated by the transformation engine"
    )]
    NoConstructor { name: String },
    #[error("No attribute '{name}' exists for the Match Locator")]
    NoMatchAttribute { name: String },
    #[error("{locator} requires at least {count} arguments")]
    TooFewArguments { locator: &'static str, count: usize },
    #[error("{locator} requires exactly {count} arguments")]
    WrongArgumentCount { locator: &'static str, count: usize },
    #[error("No element in the source document matches '{path}'")]
    NoMatch { path: String },
    #[error(
        "'{path}' did not find a match, because matching nodes in the source document were modified or removed by a previous transform"
    )]
    MatchRemoved { path: String },
    #[error("{transform} requires an XPath argument")]
    MissingArgument { transform: &'static str },
    #[error("Too many arguments to {transform}")]
    TooManyArguments { transform: &'static str },
    #[error("'{path}' does not evaluate to an element")]
    NotAnElement { path: String },
    #[error("Object reference not set to an instance of an object.")]
    NoSuchNode,
    #[error("This document already has a 'DocumentElement' node.")]
    SecondRootElement,
    #[error("String '{value}' was not recognized as a valid Boolean.")]
    NotABoolean { value: String },
    #[error("'{path}' has an invalid token.")]
    InvalidPath { path: String },
    #[error("This is an unclosed string.")]
    UnclosedString,
    #[error("Function '{name}' in '{path}' has an invalid number of arguments.")]
    FunctionArguments { name: &'static str, path: String },
    #[error("XsltContext is needed for this query because of an unknown function.")]
    UnknownFunction,
    #[error("Namespace prefix '{prefix}' is not defined.")]
    UnknownPrefix { prefix: String },
    #[error(
        "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function."
    )]
    PrefixNotPossible,
    #[error("Expression must evaluate to a node-set.")]
    NotNodes,
    #[error("{0}")]
    Evaluate(EvaluateError),
    #[error("the transformed document would be nested deeper than the limit of {limit}")]
    TooDeep { limit: usize },
    #[error("Import tag does not support '{name}' attribute")]
    ImportAttribute { name: String },
    #[error("Import tag cannot have both a 'path' and an 'assembly'")]
    ImportConflict,
    #[error("Import tag must have a 'path' or an 'assembly'")]
    ImportMissingAssembly,
    #[error("Import tag must have a 'namespace'")]
    ImportMissingNamespace,
    #[error("Could not load file or assembly '{name}'. The system cannot find the file specified.")]
    ImportNotPossible { name: String },
}

impl Failure {
    /// The class of the original's exception: part of the log where there is no position.
    #[must_use]
    pub const fn exception(&self) -> &'static str {
        match self {
            Self::NoSuchNode => "NullReferenceException",
            Self::SecondRootElement => "InvalidOperationException",
            Self::NotABoolean { .. } => "FormatException",
            Self::InvalidPath { .. }
            | Self::UnclosedString
            | Self::FunctionArguments { .. }
            | Self::UnknownFunction
            | Self::UnknownPrefix { .. }
            | Self::PrefixNotPossible
            | Self::NotNodes
            | Self::Evaluate(_) => "XPathException",
            Self::ImportNotPossible { .. } => "FileNotFoundException",
            _ => "XmlTransformationException",
        }
    }

    /// What the original says of an XPath expression that does not compile.
    pub(super) fn compile(path: &str, error: &CompileError) -> Self {
        match &error.kind {
            // The original reads on only as long as what it has read makes sense.
            CompileErrorKind::UnclosedString if makes_sense(path, error.column) => {
                Self::UnclosedString
            }
            CompileErrorKind::UnknownFunction(name) if name.contains(':') => {
                Self::PrefixNotPossible
            }
            CompileErrorKind::UnknownFunction(_) => Self::UnknownFunction,
            CompileErrorKind::UnknownVariable(_) => Self::PrefixNotPossible,
            CompileErrorKind::ArgumentCount { name, .. } => {
                Self::FunctionArguments { name, path: path.to_owned() }
            }
            _ => Self::InvalidPath { path: path.to_owned() },
        }
    }

    /// What the original says of an XPath expression that cannot be evaluated.
    pub(super) fn evaluate(error: EvaluateError) -> Self {
        match error {
            EvaluateError::NotNodes => Self::NotNodes,
            EvaluateError::UnboundPrefix { prefix } => Self::UnknownPrefix { prefix },
            other => Self::Evaluate(other),
        }
    }
}

/// Whether a path is fine up to a column, if unfinished.
fn makes_sense(path: &str, column: usize) -> bool {
    let start: String = path.chars().take(column - 1).collect();
    match xpath::compile_as(&start, Dialect::XPath1) {
        Ok(_) => false,
        Err(error) => error.column > start.trim_end().chars().count(),
    }
}
