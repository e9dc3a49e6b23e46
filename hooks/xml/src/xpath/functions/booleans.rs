//! Functions of truth.

use super::arguments::{Arguments, truth_item};
use crate::xpath::evaluate::{Evaluator, Focus, Items};
use crate::xpath::value::effective_boolean;

pub(super) fn boolean(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(arguments.first().is_some_and(|items| effective_boolean(items)))
}

pub(super) fn not(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(!arguments.first().is_some_and(|items| effective_boolean(items)))
}

pub(super) fn truth(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(true)
}

pub(super) fn falsehood(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(false)
}
