//! One file.

use std::borrow::Cow;
use std::path::Path;

use cofferdam_hook_files::{Charset, Encoding, Log, Text, read_text, write_if_changed};
use cofferdam_octostache::{Options, Variables};

use crate::Error;

/// Every template begins with this; a text without it stands for itself, however large it is.
const TEMPLATE_START: &str = "#{";

/// What to do if something in a file cannot be evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// Leave it as it is written, and say so.
    #[default]
    Lenient,
    /// Fail.
    Strict,
    /// Fail, because only variables that are not secret are at hand.
    WithoutSecrets,
}

/// Evaluates a file in place; says whether its bytes have changed.
///
/// `output` is the character set to write in, if not that of the file.
/// # Errors
/// See [`Error`]; the file is then as it was.
pub fn substitute(
    path: &Path,
    variables: &Variables,
    strictness: Strictness,
    output: Option<Charset>,
    log: &mut dyn Log,
) -> Result<bool, Error> {
    let file = path.display();
    log.verbose(&format!("Performing variable substitution on '{file}'"));
    let Text { content, encoding } = read_text(path)?;
    if !content.contains(TEMPLATE_START) {
        return Ok(write_if_changed(path, &bytes(&content, encoding, output, log))?);
    }
    let options = Options { halt_on_error: false, ..Options::default() };
    let evaluation = variables
        .evaluate(&content, &options)
        .map_err(|source| Error::Evaluation { path: path.to_owned(), source })?;
    drop(content);
    if let Some(reason) = evaluation.error {
        let path = path.to_owned();
        match strictness {
            Strictness::Strict => return Err(Error::Unresolved { path, reason }),
            Strictness::WithoutSecrets => {
                return Err(Error::UnresolvedWithoutSecrets { path, reason });
            }
            Strictness::Lenient => log.verbose(&format!(
                "Parsing file '{file}' with Octostache returned the following error: `{reason}`"
            )),
        }
    }
    // A template can evaluate to nothing at all; the file is then empty.
    let text = evaluation.text.unwrap_or_default();
    Ok(write_if_changed(path, &bytes(&text, encoding, output, log))?)
}

fn bytes<'t>(
    text: &'t str,
    read: Encoding,
    output: Option<Charset>,
    log: &mut dyn Log,
) -> Cow<'t, [u8]> {
    let Some(charset) = output else { return read.encode_or_utf_8(text, log) };
    let mut bytes = charset.bom().to_vec();
    bytes.extend_from_slice(&charset.encode_with_question_marks(text));
    bytes.into()
}
