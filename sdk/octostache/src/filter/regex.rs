//! `Match` and `Replace`.

use super::call::{Call, Outcome};
use super::regex_replacement::Replacement;
use super::regex_search::Search;
use crate::{Error, Limit};

/// Whether the pattern is found anywhere.
pub(super) fn matches(call: &Call<'_>) -> Outcome {
    let Some((text, pattern)) = call.with_one_option() else { return Ok(None) };
    let search = Search::new(pattern, call.backtracks_left)?;
    Ok(Some(search.is_match(text)?.to_string()))
}

/// Puts the second option (nothing, if there is none) in the place of everything that the first
/// one matches.
pub(super) fn replace(call: &Call<'_>) -> Outcome {
    let (Some(text), Some(pattern)) = (call.argument, call.options.first()) else {
        return Ok(None);
    };
    let search = Search::new(pattern, call.backtracks_left)?;
    let template = call.options.get(1).map_or("", String::as_str);
    let replacement = Replacement::read(template, &search);
    let mut out = String::new();
    let mut copied = 0;
    let mut from = 0;
    while from <= text.len() {
        let found = search.first_from(text, from)?;
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
