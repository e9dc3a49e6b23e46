//! Functions that take a regular expression.

use regex_lite::{Regex, RegexBuilder};

use super::arguments::{Arguments, text_item, texts, truth_item};
use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items};
use crate::xpath::value::Item;

/// Bytes that a compiled pattern may take; one written by hand takes a few kilobytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

/// Compiles a pattern with the flags `s`, `m`, `i`, `x`.
fn pattern(pattern: &str, flags: &str) -> Result<Regex, EvaluateError> {
    let error = |reason: String| EvaluateError::Pattern { pattern: pattern.to_owned(), reason };
    if let Some(unknown) = flags.chars().find(|flag| !"smix".contains(*flag)) {
        return Err(error(format!("there is no flag '{unknown}'")));
    }
    RegexBuilder::new(pattern)
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .case_insensitive(flags.contains('i'))
        .ignore_whitespace(flags.contains('x'))
        .size_limit(MAX_PATTERN_BYTES)
        .build()
        .map_err(|reason| error(reason.to_string()))
}

/// Matching costs at most the product of both sizes.
fn charge_match(
    evaluator: &mut Evaluator<'_>,
    text: &str,
    pattern: &str,
) -> Result<(), EvaluateError> {
    evaluator.charge_text(text.len().saturating_mul(1 + pattern.len()))
}

pub(super) fn matches(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let [text, regex, flags] = texts(evaluator, &arguments)?;
    charge_match(evaluator, &text, &regex)?;
    truth_item(pattern(&regex, &flags)?.is_match(&text))
}

pub(super) fn replace(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let [text, regex, replacement, flags] = texts(evaluator, &arguments)?;
    charge_match(evaluator, &text, &regex)?;
    let compiled = pattern(&regex, &flags)?;
    if compiled.is_match("") {
        let reason = "it matches the empty string".to_owned();
        return Err(EvaluateError::Pattern { pattern: regex, reason });
    }
    let mut out = String::new();
    let mut done = 0;
    for found in compiled.captures_iter(&text) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&text[done..whole.start()]);
        let mut escaped = false;
        let mut rest = replacement.chars().peekable();
        while let Some(c) = rest.next() {
            match (escaped, c) {
                (false, '\\') => escaped = true,
                (false, '$') => {
                    let group = rest.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10));
                    let group = group.and_then(|group| found.get(group as usize));
                    out.push_str(group.map_or("", |group| group.as_str()));
                }
                _ => {
                    escaped = false;
                    out.push(c);
                }
            }
        }
        evaluator.charge_text(replacement.len() + whole.len())?;
        done = whole.end();
    }
    out.push_str(&text[done..]);
    evaluator.charge_text(out.len())?;
    text_item(out)
}

pub(super) fn tokenize(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let [text, regex, flags] = texts(evaluator, &arguments)?;
    charge_match(evaluator, &text, &regex)?;
    let compiled = pattern(&regex, &flags)?;
    if compiled.is_match("") {
        let reason = "it matches the empty string".to_owned();
        return Err(EvaluateError::Pattern { pattern: regex, reason });
    }
    if text.is_empty() {
        return Ok(Vec::new());
    }
    evaluator.charge(text.len())?;
    Ok(compiled.split(&text).map(|token| Item::String(token.to_owned())).collect())
}
