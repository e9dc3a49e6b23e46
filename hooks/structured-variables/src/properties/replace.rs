//! Properties: which values variables name, and what they become.

use cofferdam_hook_files::{Log, fold_case};

use super::{escape, reader};
use crate::edit::{Edit, Replacement};
use crate::names::Names;
use crate::{Failure, messages};

/// The edits that put the values of variables into a properties file.
///
/// A variable without value names nothing here, and no name that begins with `Octopus` does, not even `Octopus:`.
/// # Errors
/// [`Failure::Syntax`] if the text has an invalid escape, [`Failure::Other`] if a variable cannot be evaluated.
pub(crate) fn replace(
    text: &str,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Replacement, Failure> {
    let mut edits = Vec::new();
    for pair in reader::pairs(text)? {
        let folded = fold_case(&pair.key);
        if folded.starts_with("OCTOPUS") {
            continue;
        }
        let Some(variable) = names.find(&folded) else { continue };
        let Some(value) = names.value(variable)? else { continue };
        messages::found(log, &pair.key);
        let separator = if pair.separated { "" } else { ":" };
        edits.push(Edit {
            range: pair.value,
            text: format!("{separator}{}", escape::encode(&value)),
        });
    }
    let found = !edits.is_empty();
    Ok(Replacement { edits, found })
}
