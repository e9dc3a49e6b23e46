//! The functions that XPath 2.0 added, those that people use.

use std::collections::HashSet;

use regex_lite::{Regex, RegexBuilder};

use super::error::EvaluateError;
use super::evaluate::{Evaluator, Focus, Items, one};
use super::functions1::{nodes_only, numeric, texts};
use super::value::Item;

type Arguments = Vec<Vec<Item>>;

/// Bytes that a compiled pattern may take; one written by hand takes a few kilobytes.
const MAX_PATTERN_BYTES: usize = 256 * 1024;

fn text_item(text: impl Into<String>) -> Items {
    one(Item::String(text.into()))
}

fn truth_item(value: bool) -> Items {
    one(Item::Boolean(value))
}

fn take(arguments: &mut Arguments, at: usize) -> Vec<Item> {
    arguments.get_mut(at).map(std::mem::take).unwrap_or_default()
}

pub(super) fn upper_case(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    text_item(text.to_uppercase())
}

pub(super) fn lower_case(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    text_item(text.to_lowercase())
}

pub(super) fn ends_with(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, end] = texts(evaluator, &arguments)?;
    truth_item(text.ends_with(&end))
}

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

pub(super) fn string_join(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let between = match arguments.get(1) {
        Some(between) => evaluator.text(between)?,
        None => String::new(),
    };
    let mut out = String::new();
    for (at, item) in arguments.first().into_iter().flatten().enumerate() {
        if at > 0 {
            out.push_str(&between);
        }
        out.push_str(&evaluator.text(std::slice::from_ref(item))?);
        evaluator.charge_text(between.len())?;
    }
    text_item(out)
}

pub(super) fn compare(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    if arguments.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let [left, right] = texts(evaluator, &arguments)?;
    one(Item::Number(f64::from(left.cmp(&right) as i8)))
}

pub(super) fn codepoint_equal(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    if arguments.iter().any(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let [left, right] = texts(evaluator, &arguments)?;
    truth_item(left == right)
}

pub(super) fn string_to_codepoints(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    evaluator.charge(text.len() * 4)?;
    Ok(text.chars().map(|c| Item::Number(f64::from(c as u32))).collect())
}

pub(super) fn codepoints_to_string(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let mut out = String::new();
    for item in arguments.first().into_iter().flatten() {
        let code = evaluator.number(std::slice::from_ref(item))?;
        let valid = code.fract() == 0.0 && (0.0..=f64::from(u32::from(char::MAX))).contains(&code);
        let found = valid.then(|| char::from_u32(code as u32)).flatten();
        let what = "a number that is the code of no character";
        out.push(found.filter(|&c| crate::chars::is_char(c)).ok_or(EvaluateError::Type { what })?);
    }
    text_item(out)
}

pub(super) fn encode_for_uri(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    text_item(out)
}

pub(super) fn exists(_: &mut Evaluator<'_>, mut arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(!take(&mut arguments, 0).is_empty())
}

pub(super) fn empty(_: &mut Evaluator<'_>, mut arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(take(&mut arguments, 0).is_empty())
}

pub(super) fn distinct_values(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let mut seen = HashSet::new();
    let mut items = data(evaluator, arguments, focus)?;
    items.retain(|item| seen.insert(item.text(evaluator.document).into_owned()));
    Ok(items)
}

pub(super) fn reverse(_: &mut Evaluator<'_>, mut arguments: Arguments, _: Focus<'_>) -> Items {
    let mut items = take(&mut arguments, 0);
    items.reverse();
    Ok(items)
}

pub(super) fn subsequence(
    evaluator: &mut Evaluator<'_>,
    mut arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let start = super::number::round(evaluator.number(&arguments[1])?);
    let end = match arguments.get(2) {
        Some(length) => start + super::number::round(evaluator.number(length)?),
        None => f64::INFINITY,
    };
    let kept = |at: usize| at as f64 >= start && (at as f64) < end;
    let items = take(&mut arguments, 0);
    Ok(items.into_iter().enumerate().filter(|(at, _)| kept(at + 1)).map(|(_, it)| it).collect())
}

pub(super) fn index_of(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let wanted = evaluator.text(&arguments[1])?;
    let mut places = Vec::new();
    for (at, item) in arguments[0].iter().enumerate() {
        if evaluator.text(std::slice::from_ref(item))? == wanted {
            places.push(Item::Number((at + 1) as f64));
        }
    }
    Ok(places)
}

pub(super) fn insert_before(
    evaluator: &mut Evaluator<'_>,
    mut arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let at = evaluator.number(&arguments[1])?.max(1.0) as usize - 1;
    let mut items = take(&mut arguments, 0);
    let rest = items.split_off(at.min(items.len()));
    items.extend(take(&mut arguments, 2));
    items.extend(rest);
    evaluator.charge(items.len())?;
    Ok(items)
}

pub(super) fn remove(
    evaluator: &mut Evaluator<'_>,
    mut arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let at = evaluator.number(&arguments[1])?;
    let mut items = take(&mut arguments, 0);
    if at >= 1.0 && at <= items.len() as f64 {
        items.remove(at as usize - 1);
    }
    Ok(items)
}

/// The values of nodes, other items as they are.
pub(super) fn data(evaluator: &mut Evaluator<'_>, mut arguments: Arguments, _: Focus<'_>) -> Items {
    let mut items = take(&mut arguments, 0);
    for item in &mut items {
        if item.is_node() {
            *item = Item::String(evaluator.text(std::slice::from_ref(item))?);
        }
    }
    Ok(items)
}

fn counted(mut arguments: Arguments, allowed: impl Fn(usize) -> bool) -> Items {
    let items = take(&mut arguments, 0);
    let what = "a sequence with another number of items than allowed";
    if allowed(items.len()) { Ok(items) } else { Err(EvaluateError::Type { what }) }
}

pub(super) fn zero_or_one(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    counted(arguments, |count| count <= 1)
}

pub(super) fn one_or_more(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    counted(arguments, |count| count >= 1)
}

pub(super) fn exactly_one(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    counted(arguments, |count| count == 1)
}

pub(super) fn unordered(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    counted(arguments, |_| true)
}

pub(super) fn abs(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::abs)
}

pub(super) fn round_half_to_even(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    numeric(evaluator, &arguments, f64::round_ties_even)
}

/// Folds the numbers of a sequence; of an empty one there is no result.
fn fold(
    evaluator: &mut Evaluator<'_>,
    arguments: &Arguments,
    function: impl Fn(f64, f64) -> f64,
) -> Result<Option<f64>, EvaluateError> {
    let mut result = None;
    for item in arguments.first().into_iter().flatten() {
        let value = evaluator.number(std::slice::from_ref(item))?;
        result = Some(result.map_or(value, |result| function(result, value)));
    }
    Ok(result)
}

/// The smaller or larger of two numbers, NaN if either is.
fn pick(left: f64, right: f64, choose: fn(f64, f64) -> f64) -> f64 {
    if left.is_nan() || right.is_nan() { f64::NAN } else { choose(left, right) }
}

pub(super) fn min(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let result = fold(evaluator, &arguments, |left, right| pick(left, right, f64::min))?;
    Ok(result.map(Item::Number).into_iter().collect())
}

pub(super) fn max(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let result = fold(evaluator, &arguments, |left, right| pick(left, right, f64::max))?;
    Ok(result.map(Item::Number).into_iter().collect())
}

pub(super) fn avg(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let sum = fold(evaluator, &arguments, |left, right| left + right)?;
    let count = arguments.first().map_or(0, Vec::len) as f64;
    Ok(sum.map(|sum| Item::Number(sum / count)).into_iter().collect())
}

pub(super) fn root(
    evaluator: &mut Evaluator<'_>,
    mut arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items =
        if arguments.is_empty() { vec![focus.item.clone()] } else { take(&mut arguments, 0) };
    nodes_only(&items)?;
    Ok(items.first().map(|_| Item::Node(evaluator.document.root())).into_iter().collect())
}

/// Always false: that a value is nil only a schema can say.
pub(super) fn nilled(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(false)
}

pub(super) fn in_scope_prefixes(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let Some([Item::Node(element)]) = arguments.first().map(Vec::as_slice) else {
        return Err(EvaluateError::Type { what: "a value where one element is needed" });
    };
    let mut prefixes = evaluator.document.namespaces_in_scope(*element);
    evaluator.charge(prefixes.len())?;
    prefixes.push(("xml".to_owned(), String::new()));
    Ok(prefixes.into_iter().map(|(prefix, _)| Item::String(prefix)).collect())
}
