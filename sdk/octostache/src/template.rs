//! Parsing, for those who want the syntax tree.

use crate::ast::Template;
use crate::parse::{parse_lenient, parse_strict};
use crate::{Error, Limits};

/// Parses a template.
///
/// # Errors
/// [`Error::Parse`] if it does not parse, [`Error::Limit`] if it nests too deep.
pub fn parse_template(text: &str, limits: &Limits) -> Result<Template, Error> {
    parse_strict(text, limits.max_depth)?
        .map_err(|failure| Error::Parse { position: failure.position, message: failure.message })
}

/// Parses a template, taking for text what does not parse.
///
/// # Errors
/// [`Error::Limit`] if it nests too deep.
pub fn parse_template_leniently(text: &str, limits: &Limits) -> Result<Template, Error> {
    parse_lenient(text, limits.max_depth)
}
