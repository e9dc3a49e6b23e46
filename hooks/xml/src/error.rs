//! Why a text is not a document that we accept.

use crate::span::Position;

/// A text that is not well-formed XML, or exceeds a limit: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} ({position})")]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where it is wrong.
    pub position: Position,
    /// The byte offset of that place in the text.
    pub offset: u32,
}

/// What is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message of each variant is its documentation")]
pub enum ParseErrorKind {
    #[error("the root element is missing")]
    NoRootElement,
    #[error("there is more than one root element")]
    SecondRootElement,
    #[error("text outside of the root element")]
    TextAtRoot,
    #[error("unexpected end of the text inside {inside}")]
    UnexpectedEnd { inside: &'static str },
    #[error("the text ends before the element '{name}' is closed")]
    UnclosedElement { name: String },
    #[error("the end tag '{found}' does not match the start tag '{expected}' on line {line}")]
    MismatchedEndTag { expected: String, found: String, line: u32 },
    #[error("the end tag '{name}' has no start tag")]
    StrayEndTag { name: String },
    #[error("expected {expected}, found '{found}'")]
    Expected { expected: &'static str, found: char },
    #[error("the character U+{:04X} is not allowed in XML", *found as u32)]
    InvalidCharacter { found: char },
    #[error("'{name}' is not a valid name")]
    InvalidName { name: String },
    #[error("the attribute '{name}' appears twice")]
    DuplicateAttribute { name: String },
    #[error("the prefix '{prefix}' is not declared")]
    UndeclaredPrefix { prefix: String },
    #[error("the namespace declaration '{name}' is not allowed")]
    ReservedNamespace { name: String },
    #[error("reference to the undeclared entity '{name}'")]
    UndeclaredEntity { name: String },
    #[error("the entity '{name}' contains itself")]
    RecursiveEntity { name: String },
    #[error("the entity '{name}' cannot be used in an attribute value")]
    EntityInAttribute { name: String },
    #[error("malformed reference; write '&amp;' for a plain '&'")]
    MalformedReference,
    #[error("'&#{digits};' is not a character that XML allows")]
    InvalidCharacterReference { digits: String },
    #[error("']]>' is not allowed in text")]
    CdataEndInText,
    #[error("'--' is not allowed in a comment")]
    DoubleHyphenInComment,
    #[error("the XML declaration is malformed: {what}")]
    MalformedDeclaration { what: &'static str },
    #[error("an XML declaration is only allowed at the very start")]
    MisplacedDeclaration,
    #[error("the document type declaration is malformed: {what}")]
    MalformedDoctype { what: &'static str },
    #[error("a document type declaration is only allowed before the root element, once")]
    MisplacedDoctype,
    #[error("the text is longer than the limit of {limit} bytes")]
    TooLong { limit: usize },
    #[error("elements are nested deeper than the limit of {limit}")]
    TooDeep { limit: usize },
    #[error("the document has more nodes than the limit of {limit}")]
    TooManyNodes { limit: usize },
    #[error("an element has more attributes than the limit of {limit}")]
    TooManyAttributes { limit: usize },
    #[error("entities expand to more than the limit of {limit} bytes")]
    EntityExpansion { limit: usize },
    #[error("entities are nested deeper than the limit of {limit}")]
    EntityDepth { limit: usize },
}
