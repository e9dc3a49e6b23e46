//! Finds comparisons of a variable's name with text that is not in lower case: they never hold, and
//! a `forbid` that never holds is an open door.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, PatternElem, Var};

use crate::expression::children;
use crate::statement::Statement;
use crate::vocabulary::Action;

/// The texts that `resource.name` is compared with and that it can never equal, in a statement about
/// variables.
pub(crate) fn misspelt_variable_names(statement: &Statement) -> Vec<String> {
    let about_variables = statement
        .actions
        .iter()
        .any(|action| matches!(action, Action::ReadVariable | Action::ReadSensitiveVariable));
    // Cedar parses the statement once more to show its clauses.
    if !about_variables || !statement.cedar.has_non_scope_constraint() {
        return Vec::new();
    }
    let Ok(policy) = statement.cedar.to_pst() else { return Vec::new() };
    let mut found = Vec::new();
    for clause in policy.body().clauses() {
        let (Clause::When(expr) | Clause::Unless(expr)) = clause;
        search(expr, &mut found);
    }
    found.retain(|text| text.to_lowercase() != *text);
    found
}

fn search(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::BinaryOp { op, left, right } if compares(op) => {
            for (one, other) in [(left, right), (right, left)] {
                if is_name(one) {
                    texts(other, found);
                }
            }
        }
        Expr::Like { expr, pattern } if is_name(expr) => {
            let text = pattern.iter().map(|part| match part {
                PatternElem::Char(c) => *c,
                PatternElem::Wildcard => '*',
            });
            found.push(text.collect());
        }
        _ => {}
    }
    children(expr).into_iter().for_each(|child| search(child, found));
}

fn compares(op: &BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::Contains
            | BinaryOp::ContainsAny
            | BinaryOp::ContainsAll
    )
}

fn is_name(expr: &Expr) -> bool {
    match expr {
        Expr::GetAttr { expr, attr } => attr == "name" && **expr == Expr::Var(Var::Resource),
        Expr::Set(items) => items.iter().any(|item| is_name(item)),
        _ => false,
    }
}

fn texts(expr: &Expr, found: &mut Vec<String>) {
    match expr {
        Expr::Literal(Literal::String(text)) => found.push(text.to_string()),
        Expr::Set(items) => items.iter().for_each(|item| texts(item, found)),
        _ => {}
    }
}
