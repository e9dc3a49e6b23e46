//! One text in one format.

use cofferdam_hook_files::Log;

use crate::edit::{self, Edit};
use crate::names::Names;
use crate::{Failure, Format, json, messages, properties, xml, yaml};

/// The edits that put the values of variables into a text, in order and not overlapping; for [`crate::apply`].
///
/// # Errors
/// [`Failure::Syntax`] if the text is not in the format, [`Failure::Other`] if a variable or its value is at fault.
pub fn replace_text(
    format: Format,
    text: &str,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Vec<Edit>, Failure> {
    let replacement = match format {
        Format::Json => json::replace(text, names, log)?,
        Format::Xml => xml::replace(text, names, log)?,
        Format::Yaml => yaml::replace(text, names, log)?,
        Format::Properties => properties::replace(text, names, log)?,
    };
    if !replacement.found {
        messages::nothing_found(log);
    }
    Ok(edit::outermost(replacement.edits))
}
