//! XML Document Transform: one file says how another is to be changed.
//!
//! An implementation of the language of `Microsoft.Web.XmlTransform` that comes to the same
//! result byte for byte, log included: see `docs` for the few differences. [`transform`] is all
//! there is to call.

mod apply;
mod attributes;
mod context;
mod engine;
mod entry;
mod failure;
mod format;
mod kind;
mod layout;
mod prefixes;
mod syntax;
mod target;
mod tokens;
mod write;

pub use engine::FatalSyntax;
pub use entry::{Detail, Entry, File, Place};
pub use failure::Failure;
pub use write::WriteError;

use cofferdam_xml::{Document, NodeId};

use engine::Engine;

/// The namespace of the vocabulary. Compared exactly; the prefix does not matter.
pub const TRANSFORM_NAMESPACE: &str = "http://schemas.microsoft.com/XML-Document-Transform";

/// What came out of a transformation.
#[derive(Debug)]
pub struct Outcome {
    /// Whether there were no errors. What could be done was done nevertheless.
    pub success: bool,
    /// Whether the document still has a root element.
    pub has_root: bool,
    /// The document as text.
    pub text: Result<String, WriteError>,
}

/// Applies the transforms of one document to another. `receive` gets the log as it is written.
///
/// # Errors
///
/// When the transform file uses `Import`, which loads .NET code. Everything else that is wrong
/// with a transform is in the log, and makes [`Outcome::success`] false.
pub fn transform(
    source: Document,
    mut transform: Document,
    receive: &mut dyn FnMut(Entry),
) -> Result<Outcome, FatalSyntax> {
    drop_blank_text(&mut transform);
    let (mut target, success) = Engine::run(&transform, source, receive)?;
    format::format(&mut target);
    Ok(Outcome {
        success,
        has_root: target.document.document_element().is_some(),
        text: write::document(&target),
    })
}

/// Drops the white space between elements: how a transform file is laid out means nothing.
fn drop_blank_text(document: &mut Document) {
    let blank: Vec<NodeId> = document
        .descendants(document.root())
        .filter(|&node| document.is_whitespace(node) && !target::preserves_space(document, node))
        .collect();
    for node in blank {
        document.detach(node);
    }
}
