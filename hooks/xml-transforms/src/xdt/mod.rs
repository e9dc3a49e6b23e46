//! XML Document Transform: one file says how another is to be changed.
//!
//! The language of `Microsoft.Web.XmlTransform`, with the same result byte for byte, log included.
//! [`transform`] is all there is to call. The few differences, each because the original breaks the
//! file or falls over:
//!
//! - In a CDATA section or processing instruction, ` />` stays; the original takes out the space.
//! - An attribute in single quotes may hold `>` and any number of double quotes; the original loses
//!   its way and refuses the file.
//! - `xml:space` and `xml:lang` of inserted elements keep their prefix; the original writes another
//!   one, which no reader accepts.
//! - A reference to a character that XML does not allow (`&#1;`) is refused.
//! - An expression that takes too long, or a result nested too deeply, is an error.
//!
//! The steps, one file each: `engine` walks over the transform file; `context` turns its elements
//! into XPath; `apply`, `attributes` and `tokens` change the tree; `format` and `layout` decide on
//! white space; `write` and `prefixes` make text of it.

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
