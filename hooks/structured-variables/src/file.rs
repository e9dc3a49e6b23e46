//! One file: read once, tried in each format, written once.

use std::path::Path;

use cofferdam_hook_files::{Charset, Log, Text, read_bytes, write_text};

use crate::edit::apply;
use crate::names::Names;
use crate::{Error, Failure, Format, replace_text, xml};

/// What was done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// The first format that the file is in.
    pub format: Format,
    /// Whether its bytes are different now.
    pub changed: bool,
}

/// Puts the values of variables into a file, in the first of the formats that it is in.
///
/// # Errors
/// [`Error::Unparsable`] with the complaint of the last format; the file is then as it was, as after every error.
pub fn replace(
    path: &Path,
    formats: &[Format],
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Done, Error> {
    let file = path.display();
    let bytes = read_bytes(path)?;
    // XML can declare an encoding in its first line; the others cannot.
    let declared =
        if formats.contains(&Format::Xml) { xml::declared_encoding(&bytes) } else { None };
    let text = Text::decode(bytes, path)?;
    for (index, format) in formats.iter().copied().enumerate() {
        log.verbose(&format!(
            "Attempting structured variable replacement on file {file} with format {format}"
        ));
        match one(path, format, &text, declared.as_ref(), names, log) {
            Ok(changed) => {
                log.info(&format!(
                    "Structured variable replacement succeeded on file {file} with format {format}"
                ));
                return Ok(Done { format, changed });
            }
            Err(Failure::Other(error)) => return Err(error),
            Err(Failure::Syntax(source)) if index + 1 == formats.len() => {
                return Err(Error::Unparsable { path: path.to_owned(), format, source });
            }
            Err(Failure::Syntax(source)) => {
                log.verbose(&format!(
                    "The file at {file} couldn't be parsed as {format}: {source}"
                ));
            }
        }
    }
    Ok(Done { format: Format::Json, changed: false })
}

fn one(
    path: &Path,
    format: Format,
    text: &Text,
    declared: Option<&Text>,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<bool, Failure> {
    let text = declared.filter(|_| format == Format::Xml).unwrap_or(text);
    let edits = replace_text(format, &text.content, names, log)?;
    if edits.is_empty() {
        return Ok(false);
    }
    let content = apply(&text.content, &edits);
    let content = if format == Format::Xml {
        // The declaration must not promise another encoding than the one that is written.
        let fits = text.encoding.encode(&content).is_some();
        xml::declare(content, if fits { text.encoding.charset } else { Charset::Utf8 })
    } else {
        content
    };
    Ok(write_text(path, &content, text.encoding, log).map_err(Error::from)?)
}
