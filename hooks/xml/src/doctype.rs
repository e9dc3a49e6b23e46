//! The document type declaration, as far as we read it.

use crate::span::Span;

/// `<!DOCTYPE name PUBLIC "..." "..." [ ... ]>` and the places of its parts.
///
/// Nothing it points to is ever loaded. From the internal subset only general entities are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doctype {
    /// From `<!DOCTYPE` to `>`.
    pub span: Span,
    /// The name of the root element.
    pub name: Span,
    /// The public identifier, without quotes.
    pub public_id: Option<Span>,
    /// The system identifier, without quotes.
    pub system_id: Option<Span>,
    /// What stands between `[` and `]`.
    pub internal_subset: Option<Span>,
}
