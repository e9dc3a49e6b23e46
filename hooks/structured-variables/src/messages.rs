//! What every format says in the same words; the words are Calamari's, as its users know them.

use cofferdam_hook_files::Log;

/// A variable names a value of the document.
pub(crate) fn found(log: &mut dyn Log, name: &str) {
    log.verbose(&format!(
        "Structure found matching the variable '{name}'. Replacing its content with the variable value."
    ));
}

/// No variable names any value.
pub(crate) fn nothing_found(log: &mut dyn Log) {
    log.info(
        "No structures have been found that match variable names, so no structured variable replacements have been applied.",
    );
}
