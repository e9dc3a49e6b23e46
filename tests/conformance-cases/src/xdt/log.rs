//! The engine's log: in the words of the vectors, and in those of the step.

use crate::steps::{Definitions, Outcome};

use super::definitions::{IGNORE_ERRORS, WARNINGS_AS_ERRORS, flag};

/// What the step calls the two files.
pub(crate) const CONFIG: &str = "web.config";
pub(crate) const TRANSFORM: &str = "web.Release.config";

/// How the lines of the step begin that are not the engine's.
const OF_THE_STEP: [&str; 6] = [
    "info: Transforming '",
    "error: Could not transform the file '",
    "verbose: The transform pattern \"",
    "verbose: For detailed diagnostic logging, ",
    "warn: The XML configuration file ",
    "error: The XML configuration file ",
];

/// The engine's lines of a log, without indentation.
pub(crate) fn actual(outcome: &Outcome) -> Vec<String> {
    let is_own = |line: &&String| !OF_THE_STEP.iter().any(|start| line.starts_with(start));
    let mut lines = Vec::new();
    for message in outcome.log.iter().filter(is_own) {
        let (level, text) = message.split_once(": ").unwrap_or(("", message));
        for (number, line) in text.lines().enumerate() {
            let level = if number == 0 { level } else { "verbose" };
            lines.push(format!("{level}: {}", line.trim()));
        }
    }
    lines
}

/// An `expected.log` as the step is to say it with these variables.
///
/// The vectors write `transform.xml (6, 97) warning: ...`, and `exception: CLASS: ...` for what
/// has no place; every other line is a step of the engine.
pub(crate) fn expected(log: &str, definitions: &Definitions) -> Vec<String> {
    let (warning, error) = match (
        flag(definitions, IGNORE_ERRORS, false),
        flag(definitions, WARNINGS_AS_ERRORS, true),
    ) {
        (true, _) => ("info", "warn"),
        (false, true) => ("error", "error"),
        (false, false) => ("warn", "error"),
    };
    let line = |line: &str| {
        for (word, level) in [("warning", warning), ("error", error)] {
            if let Some(rest) = line.strip_prefix(&format!("{word}: ")) {
                return format!("{level}: {rest}");
            }
            if let Some((place, text)) = line.split_once(&format!(" {word}: "))
                && let Some(place) = place_in_words(place)
            {
                return format!("{level}: File {place}: {text}");
            }
        }
        match line.strip_prefix("exception: ").and_then(|rest| rest.split_once(": ")) {
            Some((_, text)) => format!("{error}: {text}"),
            None => format!("verbose: {line}"),
        }
    };
    log.lines().map(str::trim).filter(|text| !text.is_empty()).map(line).collect()
}

/// `source.xml (13, 10)` as `web.config, line 13, position 10`.
fn place_in_words(place: &str) -> Option<String> {
    let (file, numbers) = place.strip_suffix(')')?.split_once(" (")?;
    let file = match file {
        "source.xml" => CONFIG,
        "transform.xml" => TRANSFORM,
        _ => return None,
    };
    let (line, column) = numbers.split_once(", ")?;
    Some(format!("{file}, line {line}, position {column}"))
}
