//! Functions of numbers.

use super::arguments::{Arguments, first_or_context, nodes_only};
use crate::xpath::Dialect;
use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items, one};
use crate::xpath::number::round as round_half_up;
use crate::xpath::value::Item;

pub(super) fn number(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    one(Item::Number(evaluator.number(&first_or_context(arguments, focus))?))
}

pub(super) fn sum(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let items = arguments.into_iter().next().unwrap_or_default();
    if evaluator.dialect == Dialect::XPath1 {
        nodes_only(&items)?;
    }
    let mut sum = 0.0;
    for item in &items {
        sum += evaluator.number(std::slice::from_ref(item))?;
    }
    one(Item::Number(sum))
}

/// A function of one number. In XPath 2.0, of nothing it makes nothing.
pub(super) fn numeric(
    evaluator: &mut Evaluator<'_>,
    arguments: &Arguments,
    function: impl Fn(f64) -> f64,
) -> Items {
    let items = arguments.first().map_or(&[][..], Vec::as_slice);
    if items.is_empty() && evaluator.dialect == Dialect::XPath2 {
        return Ok(Vec::new());
    }
    let value = evaluator.number(items)?;
    one(Item::Number(function(value)))
}

pub(super) fn floor(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::floor)
}

pub(super) fn ceiling(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::ceil)
}

pub(super) fn round(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, round_half_up)
}

pub(super) fn round_half_to_even(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    numeric(evaluator, &arguments, f64::round_ties_even)
}

pub(super) fn abs(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::abs)
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
