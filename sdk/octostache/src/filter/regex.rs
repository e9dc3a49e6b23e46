//! `Match` and `Replace`.

use fancy_regex::{Captures, Regex, RegexBuilder, RuntimeError};

use super::call::{Call, Outcome};
use super::regex_replacement::Replacement;
use super::regex_syntax::{Translation, translate};
use crate::limits::{REGEX_BACKTRACK_LIMIT, REGEX_SIZE_LIMIT_BYTES};
use crate::{Error, Limit};

/// Whether the pattern is found anywhere.
pub(super) fn matches(call: &Call<'_>) -> Outcome {
    let Some((text, pattern)) = call.with_one_option() else { return Ok(None) };
    let (regex, _) = compile(pattern)?;
    let found = regex.is_match(text).map_err(|error| runtime_error(pattern, &error))?;
    Ok(Some(found.to_string()))
}

/// Puts the second option (nothing, if there is none) in the place of everything that the first
/// one matches.
pub(super) fn replace(call: &Call<'_>) -> Outcome {
    let (Some(text), Some(pattern)) = (call.argument, call.options.first()) else {
        return Ok(None);
    };
    let (regex, translation) = compile(pattern)?;
    let template = call.options.get(1).map_or("", String::as_str);
    let replacement = Replacement::read(template, &regex, &translation.groups);
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while from <= text.len() {
        let found: Option<Captures<'_, str>> =
            regex.captures_from_pos(text, from).map_err(|error| runtime_error(pattern, &error))?;
        let Some((captures, whole)) = found.and_then(|c| c.get(0).map(|whole| (c, whole))) else {
            break;
        };
        out.push_str(&text[copied..whole.start()]);
        replacement.expand(&captures, text, &mut out);
        if out.len() > call.max_bytes {
            return Err(Error::Limit { limit: Limit::OutputBytes, allowed: call.max_bytes as u64 });
        }
        copied = whole.end();
        from = copied;
        if whole.start() == whole.end() {
            // An empty match moves the search on by one character.
            from += text[from..].chars().next().map_or(1, char::len_utf8);
        }
    }
    out.push_str(&text[copied..]);
    Ok(Some(out))
}

fn compile(pattern: &str) -> Result<(Regex, Translation), Error> {
    let invalid = |reason: String| Error::InvalidRegex { pattern: pattern.to_owned(), reason };
    let translation = translate(pattern).map_err(invalid)?;
    let regex = RegexBuilder::new(&translation.pattern)
        .backtrack_limit(REGEX_BACKTRACK_LIMIT)
        .delegate_size_limit(REGEX_SIZE_LIMIT_BYTES)
        .build()
        .map_err(|error| invalid(error.to_string()))?;
    Ok((regex, translation))
}

fn runtime_error(pattern: &str, error: &fancy_regex::Error) -> Error {
    match error {
        fancy_regex::Error::RuntimeError(
            RuntimeError::BacktrackLimitExceeded | RuntimeError::StackOverflow,
        ) => {
            Error::Limit { limit: Limit::RegexBacktracking, allowed: REGEX_BACKTRACK_LIMIT as u64 }
        }
        other => Error::InvalidRegex { pattern: pattern.to_owned(), reason: other.to_string() },
    }
}
