//! Comparisons: general (any pair), value (one pair) and of nodes.

use std::cmp::Ordering;

use super::Dialect;
use super::ast::{Comparison, Relation};
use super::error::EvaluateError;
use super::evaluate::{Evaluator, Items, one};
use super::number;
use super::value::{Item, effective_boolean};

/// A value taken out of its node. Text from nodes has no type: what it is compared with decides.
#[derive(Debug, Clone)]
enum Atom {
    Untyped(String),
    String(String),
    Number(f64),
    Boolean(bool),
}

const MISMATCH: EvaluateError =
    EvaluateError::Type { what: "a comparison of values of different types" };

pub(super) fn compare(
    evaluator: &mut Evaluator<'_>,
    comparison: Comparison,
    left: &[Item],
    right: &[Item],
) -> Items {
    let answer = match comparison {
        Comparison::General(relation) if evaluator.dialect == Dialect::XPath1 => {
            general1(evaluator, relation, left, right)?
        }
        Comparison::General(relation) => general2(evaluator, relation, left, right)?,
        Comparison::Value(relation) => {
            let (Some(left), Some(right)) = (single(left)?, single(right)?) else {
                return Ok(Vec::new());
            };
            let [left, right] = [atom(evaluator, left)?, atom(evaluator, right)?];
            // An untyped value is a string here, whatever it is compared with.
            pair2(relation, &typed(left), &typed(right))?
        }
        Comparison::Same | Comparison::Before | Comparison::After => {
            let (Some(left), Some(right)) = (single(left)?, single(right)?) else {
                return Ok(Vec::new());
            };
            if !left.is_node() || !right.is_node() {
                return Err(EvaluateError::Type { what: "a comparison of nodes with values" });
            }
            let order = evaluator.order(left).cmp(&evaluator.order(right));
            match comparison {
                Comparison::Before => order.is_lt(),
                Comparison::After => order.is_gt(),
                _ => order.is_eq(),
            }
        }
    };
    one(Item::Boolean(answer))
}

fn single(items: &[Item]) -> Result<Option<&Item>, EvaluateError> {
    match items {
        [] => Ok(None),
        [item] => Ok(Some(item)),
        _ => Err(EvaluateError::Type { what: "several items where one is allowed" }),
    }
}

fn atom(evaluator: &mut Evaluator<'_>, item: &Item) -> Result<Atom, EvaluateError> {
    Ok(match item {
        Item::Node(_) | Item::Namespace(_) => {
            let text = item.text(evaluator.document).into_owned();
            evaluator.charge_text(text.len())?;
            Atom::Untyped(text)
        }
        Item::String(text) => Atom::String(text.clone()),
        Item::Number(value) => Atom::Number(*value),
        Item::Boolean(value) => Atom::Boolean(*value),
    })
}

fn atoms(evaluator: &mut Evaluator<'_>, items: &[Item]) -> Result<Vec<Atom>, EvaluateError> {
    items.iter().map(|item| atom(evaluator, item)).collect()
}

fn typed(atom: Atom) -> Atom {
    match atom {
        Atom::Untyped(text) => Atom::String(text),
        other => other,
    }
}

/// XPath 1.0, section 3.4.
fn general1(
    evaluator: &mut Evaluator<'_>,
    relation: Relation,
    left: &[Item],
    right: &[Item],
) -> Result<bool, EvaluateError> {
    let is_boolean = |items: &[Item]| matches!(items, [Item::Boolean(_)]);
    if is_boolean(left) || is_boolean(right) {
        let number = |items| f64::from(u8::from(effective_boolean(items)));
        return Ok(holds(relation, number(left).partial_cmp(&number(right))));
    }
    let [left, right] = [atoms(evaluator, left)?, atoms(evaluator, right)?];
    let equality = matches!(relation, Relation::Equal | Relation::NotEqual);
    any_pair(evaluator, &left, &right, |left, right| {
        let numeric =
            !equality || matches!(left, Atom::Number(_)) || matches!(right, Atom::Number(_));
        Ok(if numeric {
            holds(relation, to_number(left).partial_cmp(&to_number(right)))
        } else {
            holds(relation, Some(to_text(left).cmp(to_text(right))))
        })
    })
}

/// XPath 2.0, section 3.5.2.
fn general2(
    evaluator: &mut Evaluator<'_>,
    relation: Relation,
    left: &[Item],
    right: &[Item],
) -> Result<bool, EvaluateError> {
    let [left, right] = [atoms(evaluator, left)?, atoms(evaluator, right)?];
    any_pair(evaluator, &left, &right, |left, right| pair2(relation, left, right))
}

fn any_pair(
    evaluator: &mut Evaluator<'_>,
    left: &[Atom],
    right: &[Atom],
    pair: impl Fn(&Atom, &Atom) -> Result<bool, EvaluateError>,
) -> Result<bool, EvaluateError> {
    for left in left {
        evaluator.charge(right.len())?;
        for right in right {
            if pair(left, right)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn pair2(relation: Relation, left: &Atom, right: &Atom) -> Result<bool, EvaluateError> {
    use Atom::{Boolean, Number, String, Untyped};
    Ok(match (left, right) {
        (Untyped(left) | String(left), Untyped(right) | String(right)) => {
            holds(relation, Some(left.cmp(right)))
        }
        (Number(_), Number(_) | Untyped(_)) | (Untyped(_), Number(_)) => {
            holds(relation, to_number(left).partial_cmp(&to_number(right)))
        }
        (Boolean(left), Boolean(right)) => holds(relation, Some(left.cmp(right))),
        (Boolean(left), Untyped(right)) => {
            truth(right).is_some_and(|right| holds(relation, Some(left.cmp(&right))))
        }
        (Untyped(left), Boolean(right)) => {
            truth(left).is_some_and(|left| holds(relation, Some(left.cmp(right))))
        }
        _ => return Err(MISMATCH),
    })
}

/// Reads a boolean as XML Schema writes it.
fn truth(text: &str) -> Option<bool> {
    match text.trim_matches(crate::chars::is_space) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

fn to_number(atom: &Atom) -> f64 {
    match atom {
        Atom::Untyped(text) | Atom::String(text) => number::from_text(text),
        Atom::Number(value) => *value,
        Atom::Boolean(value) => f64::from(u8::from(*value)),
    }
}

fn to_text(atom: &Atom) -> &str {
    match atom {
        Atom::Untyped(text) | Atom::String(text) => text,
        Atom::Number(_) | Atom::Boolean(_) => "",
    }
}

/// Whether a relation holds; of values without an order (NaN) only "not equal" does.
fn holds(relation: Relation, order: Option<Ordering>) -> bool {
    let Some(order) = order else { return relation == Relation::NotEqual };
    match relation {
        Relation::Equal => order.is_eq(),
        Relation::NotEqual => order.is_ne(),
        Relation::Less => order.is_lt(),
        Relation::LessOrEqual => order.is_le(),
        Relation::Greater => order.is_gt(),
        Relation::GreaterOrEqual => order.is_ge(),
    }
}
