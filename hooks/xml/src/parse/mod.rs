//! From text to [`Document`]: a strict, iterative reader that keeps every place.

mod content;
mod cursor;
mod namespaces;
mod prolog;
mod reader;
mod subset;
mod tag;

use crate::document::Document;
use crate::error::ParseError;
use crate::limits::Limits;

/// How to read a text.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the document may cost. Default: the constants of [`limits`](crate::limits).
    pub limits: Limits,
    /// `(prefix, URI)` bindings that hold before the first element; an empty prefix is the default
    /// namespace. Default: none. Meant for fragments, whose prefixes are declared further up.
    pub namespaces: Vec<(String, String)>,
}

/// Reads a whole document: one root element, namespaces resolved.
///
/// `text` must not start with a byte order mark. The text is kept as it is.
///
/// # Errors
///
/// When the text is not well-formed (XML 1.0 and Namespaces in XML 1.0), refers to an entity that
/// is not declared in it, or exceeds a limit. External entities and DTDs are never loaded.
pub fn parse(text: impl Into<String>, options: &Options) -> Result<Document, ParseError> {
    reader::read(text.into(), options, false)
}

/// Reads a fragment: what may stand inside of an element, so any number of elements and text.
///
/// # Errors
///
/// As for [`parse`]; also when there is an XML declaration or a document type.
pub fn parse_fragment(text: impl Into<String>, options: &Options) -> Result<Document, ParseError> {
    reader::read(text.into(), options, true)
}
