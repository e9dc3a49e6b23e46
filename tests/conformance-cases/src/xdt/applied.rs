//! Which transforms the step applied to which files, as its log tells.

use crate::steps::Outcome;

/// `[config, transform]` pairs in the order of their application.
pub(crate) fn applied(outcome: &Outcome) -> Vec<(String, String)> {
    let pair = |line: &String| {
        let names = line.strip_prefix("info: Transforming '")?.strip_suffix("'.")?;
        let (config, transform) = names.split_once("' using '")?;
        Some((config.to_owned(), transform.to_owned()))
    };
    outcome.log.iter().filter_map(pair).collect()
}
