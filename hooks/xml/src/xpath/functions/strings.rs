//! Functions of strings.

use super::arguments::{Arguments, first_or_context, text_item, texts, truth_item};
use crate::chars::is_space;
use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items, one};
use crate::xpath::number::round as round_half_up;
use crate::xpath::value::Item;

pub(super) fn string(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items = first_or_context(arguments, focus);
    text_item(evaluator.text(&items)?)
}

pub(super) fn concat(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let mut out = String::new();
    for argument in &arguments {
        out.push_str(&evaluator.text(argument)?);
    }
    text_item(out)
}

pub(super) fn starts_with(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, start] = texts(evaluator, &arguments)?;
    truth_item(text.starts_with(&start))
}

pub(super) fn ends_with(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, end] = texts(evaluator, &arguments)?;
    truth_item(text.ends_with(&end))
}

pub(super) fn contains(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    truth_item(text.contains(&part))
}

pub(super) fn substring_before(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    text_item(text.split_once(&part).map_or("", |(before, _)| before))
}

pub(super) fn substring_after(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    text_item(text.split_once(&part).map_or("", |(_, after)| after))
}

/// Characters from a 1-based position on; both numbers are rounded first.
pub(super) fn substring(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    let start = round_half_up(evaluator.number(&arguments[1])?);
    let end = match arguments.get(2) {
        Some(length) => start + round_half_up(evaluator.number(length)?),
        None => f64::INFINITY,
    };
    let kept = |at: usize| at as f64 >= start && (at as f64) < end;
    let out: String =
        text.chars().enumerate().filter(|(at, _)| kept(at + 1)).map(|(_, c)| c).collect();
    text_item(out)
}

pub(super) fn string_length(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let text = evaluator.text(&first_or_context(arguments, focus))?;
    one(Item::Number(text.chars().count() as f64))
}

pub(super) fn normalize_space(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let text = evaluator.text(&first_or_context(arguments, focus))?;
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    text_item(words.join(" "))
}

pub(super) fn translate(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, from, to] = texts(evaluator, &arguments)?;
    evaluator.charge(from.len())?;
    let mut table = std::collections::HashMap::new();
    let mut to = to.chars();
    for c in from.chars() {
        let replacement = to.next();
        table.entry(c).or_insert(replacement);
    }
    let out: String =
        text.chars().filter_map(|c| table.get(&c).copied().unwrap_or(Some(c))).collect();
    text_item(out)
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
