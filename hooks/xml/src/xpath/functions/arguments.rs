//! What the functions do with their arguments and results.

use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items, one};
use crate::xpath::value::Item;

/// The evaluated arguments of a call, in order.
pub(super) type Arguments = Vec<Vec<Item>>;

pub(super) fn text_item(text: impl Into<String>) -> Items {
    one(Item::String(text.into()))
}

pub(super) fn truth_item(value: bool) -> Items {
    one(Item::Boolean(value))
}

/// Takes an argument out; nothing is left of it, and nothing comes where there is none.
pub(super) fn take(arguments: &mut Arguments, at: usize) -> Vec<Item> {
    arguments.get_mut(at).map(std::mem::take).unwrap_or_default()
}

/// The first argument, or the context item when there is none.
pub(super) fn first_or_context(arguments: Arguments, focus: Focus<'_>) -> Vec<Item> {
    arguments.into_iter().next().unwrap_or_else(|| vec![focus.item.clone()])
}

/// The arguments as strings.
pub(super) fn texts<const N: usize>(
    evaluator: &mut Evaluator<'_>,
    arguments: &Arguments,
) -> Result<[String; N], EvaluateError> {
    let mut texts = [const { String::new() }; N];
    for (text, argument) in texts.iter_mut().zip(arguments) {
        *text = evaluator.text(argument)?;
    }
    Ok(texts)
}

/// Refuses what is no node.
pub(super) fn nodes_only(items: &[Item]) -> Result<(), EvaluateError> {
    if items.iter().all(Item::is_node) {
        return Ok(());
    }
    Err(EvaluateError::Type { what: "a value where nodes are needed" })
}
