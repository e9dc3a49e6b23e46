//! Evaluating everything but paths: operators, variables, calls.

use std::borrow::Cow;

use super::ast::{Arithmetic, Comparison, Expr, SetOperation};
use super::compare;
use super::error::EvaluateError;
use super::value::{Item, Value, effective_boolean};
use super::{Dialect, MAX_STEPS, Namespaces};
use crate::document::Document;
use crate::node::NodeId;

/// What an item of a range costs. They are all in memory, some fifty bytes each, and their number is the
/// expression's to choose: at most some thirty megabytes.
const STEPS_PER_ITEM: usize = 64;

/// A result while evaluating.
pub(super) type Items = Result<Vec<Item>, EvaluateError>;

/// What an expression is evaluated on: the context item and where it stands among its kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Focus<'a> {
    pub(super) item: &'a Item,
    /// 1-based.
    pub(super) position: usize,
    pub(super) size: usize,
}

/// What stays the same during an evaluation, the variables, and the steps left.
pub(super) struct Evaluator<'a> {
    pub(super) document: &'a Document,
    pub(super) namespaces: &'a Namespaces,
    pub(super) dialect: Dialect,
    variables: Vec<(&'a str, Vec<Item>)>,
    steps: u64,
}

pub(super) fn evaluate(
    expression: &Expr,
    dialect: Dialect,
    document: &Document,
    context: NodeId,
    namespaces: &Namespaces,
) -> Result<Value, EvaluateError> {
    let mut evaluator =
        Evaluator { document, namespaces, dialect, variables: Vec::new(), steps: MAX_STEPS };
    let focus = Focus { item: &Item::Node(context), position: 1, size: 1 };
    Ok(Value { items: evaluator.eval(expression, focus)? })
}

impl<'a> Evaluator<'a> {
    /// Pays for work.
    pub(super) fn charge(&mut self, steps: usize) -> Result<(), EvaluateError> {
        match self.steps.checked_sub(steps as u64) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(EvaluateError::TooManySteps { limit: MAX_STEPS }),
        }
    }

    /// Pays for text: a sixteenth of a step a byte.
    pub(super) fn charge_text(&mut self, bytes: usize) -> Result<(), EvaluateError> {
        self.charge(1 + bytes / 16)
    }

    pub(super) fn eval(&mut self, expression: &'a Expr, focus: Focus<'_>) -> Items {
        self.charge(1)?;
        match expression {
            Expr::Literal(text) => one(Item::String(text.clone())),
            Expr::Number(value) => one(Item::Number(*value)),
            Expr::Context => Ok(vec![focus.item.clone()]),
            Expr::Variable(name) => Ok(self.variable(name)),
            Expr::Sequence(list) => {
                let mut items = Vec::new();
                for each in list {
                    items.extend(self.eval(each, focus)?);
                    self.charge(items.len())?;
                }
                Ok(items)
            }
            Expr::Path { start, steps } => self.path(start, steps, focus),
            Expr::Filter { primary, predicates } => {
                let mut items = self.eval(primary, focus)?;
                for predicate in predicates {
                    items = self.filter(items, predicate)?;
                }
                Ok(items)
            }
            Expr::Or(list) => {
                for each in list {
                    if self.test(each, focus)? {
                        return one(Item::Boolean(true));
                    }
                }
                one(Item::Boolean(false))
            }
            Expr::And(list) => {
                for each in list {
                    if !self.test(each, focus)? {
                        return one(Item::Boolean(false));
                    }
                }
                one(Item::Boolean(true))
            }
            Expr::If { condition, then, otherwise } => {
                let branch = if self.test(condition, focus)? { then } else { otherwise };
                self.eval(branch, focus)
            }
            Expr::For { bindings, body } => {
                let mut out = Vec::new();
                self.each_binding(bindings, focus, &mut |evaluator| {
                    out.extend(evaluator.eval(body, focus)?);
                    evaluator.charge(1 + out.len() / 64)?;
                    Ok(true)
                })?;
                Ok(out)
            }
            Expr::Quantified { every, bindings, satisfies } => {
                let mut answer = *every;
                self.each_binding(bindings, focus, &mut |evaluator| {
                    answer = evaluator.test(satisfies, focus)?;
                    Ok(answer == *every)
                })?;
                one(Item::Boolean(answer))
            }
            Expr::Range(first, last) => self.range(first, last, focus),
            Expr::Negate(inner) => {
                let items = self.eval(inner, focus)?;
                if items.is_empty() && self.dialect == Dialect::XPath2 {
                    return Ok(items);
                }
                let value = self.number(&items)?;
                one(Item::Number(-value))
            }
            Expr::Compare { first, rest } => self.comparisons(first, rest, focus),
            Expr::Arithmetic { first, rest } => self.arithmetic(first, rest, focus),
            Expr::Sets { first, rest } => self.sets(first, rest, focus),
            Expr::Call { function, arguments } => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.eval(argument, focus)?);
                }
                (function.call)(self, values, focus)
            }
        }
    }

    /// The effective boolean value of an expression.
    pub(super) fn test(
        &mut self,
        expression: &'a Expr,
        focus: Focus<'_>,
    ) -> Result<bool, EvaluateError> {
        Ok(effective_boolean(&self.eval(expression, focus)?))
    }

    /// The items that a predicate keeps.
    pub(super) fn filter(&mut self, items: Vec<Item>, predicate: &'a Expr) -> Items {
        let size = items.len();
        if let Expr::Number(wanted) = predicate {
            return Ok(items
                .into_iter()
                .enumerate()
                .filter(|(at, _)| (at + 1) as f64 == *wanted)
                .map(|(_, item)| item)
                .collect());
        }
        let mut kept = Vec::new();
        for (at, item) in items.into_iter().enumerate() {
            let focus = Focus { item: &item, position: at + 1, size };
            let result = self.eval(predicate, focus)?;
            let keep = match result.as_slice() {
                [Item::Number(wanted)] => (at + 1) as f64 == *wanted,
                items => effective_boolean(items),
            };
            if keep {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn variable(&self, name: &str) -> Vec<Item> {
        let found = self.variables.iter().rev().find(|(known, _)| *known == name);
        found.map_or_else(Vec::new, |(_, items)| items.clone())
    }

    /// Calls `visit` with every combination of the bindings, until it says to stop.
    fn each_binding(
        &mut self,
        bindings: &'a [(String, Expr)],
        focus: Focus<'_>,
        visit: &mut dyn FnMut(&mut Self) -> Result<bool, EvaluateError>,
    ) -> Result<bool, EvaluateError> {
        let Some(((name, value), rest)) = bindings.split_first() else { return visit(self) };
        for item in self.eval(value, focus)? {
            self.charge(1)?;
            self.variables.push((name, vec![item]));
            let go_on = self.each_binding(rest, focus, visit);
            self.variables.pop();
            if !go_on? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn range(&mut self, first: &'a Expr, last: &'a Expr, focus: Focus<'_>) -> Items {
        let [first, last] = [self.eval(first, focus)?, self.eval(last, focus)?];
        if first.is_empty() || last.is_empty() {
            return Ok(Vec::new());
        }
        let [first, last] = [self.number(&first)?, self.number(&last)?];
        if !(first.fract() == 0.0 && last.fract() == 0.0) {
            return Err(EvaluateError::Type { what: "a range of something else than integers" });
        }
        let count = (last - first + 1.0).max(0.0);
        self.charge(if count > 1e9 { usize::MAX } else { count as usize * STEPS_PER_ITEM })?;
        Ok((0..count as usize).map(|at| Item::Number(first + at as f64)).collect())
    }

    fn comparisons(
        &mut self,
        first: &'a Expr,
        rest: &'a [(Comparison, Expr)],
        focus: Focus<'_>,
    ) -> Items {
        let mut left = self.eval(first, focus)?;
        for (comparison, right) in rest {
            let right = self.eval(right, focus)?;
            left = compare::compare(self, *comparison, &left, &right)?;
        }
        Ok(left)
    }

    fn arithmetic(
        &mut self,
        first: &'a Expr,
        rest: &'a [(Arithmetic, Expr)],
        focus: Focus<'_>,
    ) -> Items {
        let items = self.eval(first, focus)?;
        if items.is_empty() && self.dialect == Dialect::XPath2 {
            return Ok(items);
        }
        let mut left = self.number(&items)?;
        for (operator, right) in rest {
            let items = self.eval(right, focus)?;
            if items.is_empty() && self.dialect == Dialect::XPath2 {
                return Ok(items);
            }
            let right = self.number(&items)?;
            left = match operator {
                Arithmetic::Add => left + right,
                Arithmetic::Subtract => left - right,
                Arithmetic::Multiply => left * right,
                Arithmetic::Divide => left / right,
                Arithmetic::IntegerDivide if right == 0.0 => {
                    return Err(EvaluateError::Type { what: "a division of integers by zero" });
                }
                Arithmetic::IntegerDivide => (left / right).trunc(),
                Arithmetic::Modulo => left % right,
            };
        }
        one(Item::Number(left))
    }

    fn sets(
        &mut self,
        first: &'a Expr,
        rest: &'a [(SetOperation, Expr)],
        focus: Focus<'_>,
    ) -> Items {
        let mut left = self.eval(first, focus)?;
        for (operation, right) in rest {
            let right = self.eval(right, focus)?;
            if !left.iter().chain(&right).all(Item::is_node) {
                return Err(EvaluateError::Type { what: "a union of something else than nodes" });
            }
            self.charge(left.len() + right.len())?;
            match operation {
                SetOperation::Union => left.extend(right),
                SetOperation::Intersect | SetOperation::Except => {
                    let mut keys: Vec<_> = right.iter().map(|item| self.order(item)).collect();
                    keys.sort_unstable();
                    let keep = *operation == SetOperation::Intersect;
                    left.retain(|item| keys.binary_search(&self.order(item)).is_ok() == keep);
                }
            }
            self.sort(&mut left);
        }
        Ok(left)
    }

    /// The string value of an argument: of the first item in XPath 1.0, of at most one in 2.0.
    pub(super) fn text(&mut self, items: &[Item]) -> Result<String, EvaluateError> {
        self.at_most_one(items)?;
        let text = items.first().map_or(Cow::Borrowed(""), |item| item.text(self.document));
        self.charge_text(text.len())?;
        Ok(text.into_owned())
    }

    /// The number that an argument is.
    pub(super) fn number(&mut self, items: &[Item]) -> Result<f64, EvaluateError> {
        self.at_most_one(items)?;
        self.charge(1)?;
        Ok(items.first().map_or(f64::NAN, |item| item.number(self.document)))
    }

    fn at_most_one(&self, items: &[Item]) -> Result<(), EvaluateError> {
        if items.len() > 1 && self.dialect == Dialect::XPath2 {
            return Err(EvaluateError::Type { what: "several items where one is allowed" });
        }
        Ok(())
    }
}

/// A sequence of one item.
pub(super) fn one(item: Item) -> Items {
    Ok(vec![item])
}
