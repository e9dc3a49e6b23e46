//! Functions of sequences of items.

use std::collections::HashSet;

use super::arguments::{Arguments, nodes_only, take, truth_item};
use crate::xpath::Dialect;
use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items, one};
use crate::xpath::number::round as round_half_up;
use crate::xpath::value::Item;

pub(super) fn last(_: &mut Evaluator<'_>, _: Arguments, focus: Focus<'_>) -> Items {
    one(Item::Number(focus.size as f64))
}

pub(super) fn position(_: &mut Evaluator<'_>, _: Arguments, focus: Focus<'_>) -> Items {
    one(Item::Number(focus.position as f64))
}

pub(super) fn count(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let items = arguments.into_iter().next().unwrap_or_default();
    if evaluator.dialect == Dialect::XPath1 {
        nodes_only(&items)?;
    }
    one(Item::Number(items.len() as f64))
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
    let start = round_half_up(evaluator.number(&arguments[1])?);
    let end = match arguments.get(2) {
        Some(length) => start + round_half_up(evaluator.number(length)?),
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
