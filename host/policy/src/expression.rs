//! Walking through Cedar expressions.

use cedar_policy::pst::{BinaryOp, Expr};

/// The expressions that an expression is made of directly, from left to right.
pub(crate) fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::UnaryOp { expr, .. }
        | Expr::GetAttr { expr, .. }
        | Expr::HasAttr { expr, .. }
        | Expr::Like { expr, .. } => vec![&**expr],
        Expr::Is { expr, in_expr, .. } => {
            std::iter::once(&**expr).chain(in_expr.as_deref()).collect()
        }
        Expr::BinaryOp { left, right, .. } => vec![&**left, &**right],
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            vec![&**cond, &**then_expr, &**else_expr]
        }
        Expr::Set(items) => items.iter().map(|item| &**item).collect(),
        Expr::Record(fields) => fields.values().map(|field| &**field).collect(),
        _ => Vec::new(),
    }
}

/// Whether an expression, or one that it is made of, is as `wanted` says.
pub(crate) fn contains(expr: &Expr, wanted: &dyn Fn(&Expr) -> bool) -> bool {
    wanted(expr) || children(expr).into_iter().any(|child| contains(child, wanted))
}

/// The parts of `a && b && c`, from left to right.
pub(crate) fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryOp { op: BinaryOp::And, left, right } => {
            let mut parts = conjuncts(left);
            parts.extend(conjuncts(right));
            parts
        }
        other => vec![other],
    }
}
