//! The parts of a statement that all have to be true for it to apply.

use std::fmt;

use cedar_policy::pst::{Clause, Expr};
use cedar_policy::{EvalResult, Expression, Policy as CedarPolicy, Request, eval_expression};

use crate::expression::{children, conjuncts};
use crate::scene::Scene;

/// One part of a statement: a constraint of its scope, a part of a `when`, or an `unless`.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// The part as a condition, in Cedar.
    pub(crate) text: String,
    /// The same, to be evaluated; none for a constraint that lets everything through.
    condition: Option<Expression>,
    /// What it looks at, as `principal.package.id`.
    paths: Vec<String>,
}

/// The parts of a statement in the order in which Cedar evaluates them.
pub(crate) fn parts_of(cedar: &CedarPolicy) -> Vec<Part> {
    let Ok(policy) = cedar.to_pst() else { return Vec::new() };
    let body = policy.body();
    let mut parts =
        vec![Part::scope("principal", &body.principal), Part::scope("resource", &body.resource)];
    for clause in body.clauses() {
        match clause {
            Clause::When(condition) => {
                let conjuncts = conjuncts(condition).into_iter();
                parts.extend(conjuncts.map(|part| Part::condition(part, part.to_string())));
            }
            Clause::Unless(condition) => {
                parts.push(Part::condition(condition, format!("!({condition})")));
            }
        }
    }
    parts
}

impl Part {
    /// A part of the scope. A constraint displays as what follows the variable; the one that lets
    /// everything through displays as nothing.
    fn scope(variable: &str, constraint: &impl fmt::Display) -> Self {
        let text = format!("{variable} {constraint}").trim_end().to_owned();
        let condition = if text == variable { None } else { text.parse().ok() };
        Self { text, condition, paths: vec![variable.to_owned()] }
    }

    fn condition(expr: &Expr, text: String) -> Self {
        let mut paths = Vec::new();
        collect_paths(expr, &mut paths);
        Self { condition: text.parse().ok(), text, paths }
    }

    /// Whether it is true.
    ///
    /// # Errors
    /// When it cannot be evaluated; says why.
    pub(crate) fn holds(&self, scene: &Scene<'_>, request: &Request) -> Result<bool, String> {
        match &self.condition {
            None => Ok(true),
            Some(condition) => match eval_expression(request, scene.entities(), condition) {
                Ok(value) => Ok(value == EvalResult::Bool(true)),
                Err(error) => Err(error.to_string()),
            },
        }
    }

    /// What it looks at, with the values, in Cedar.
    pub(crate) fn values(&self, scene: &Scene<'_>, request: &Request) -> Vec<(String, String)> {
        let value = |path: &String| {
            let shown = if path == "principal" {
                describe_principal(scene)
            } else {
                let path: Expression = path.parse().ok()?;
                eval_expression(request, scene.entities(), &path).ok()?.to_string()
            };
            Some((path.clone(), shown))
        };
        self.paths.iter().filter_map(value).collect()
    }
}

/// A hook's identifier alone, its digest, tells a person nothing.
fn describe_principal(scene: &Scene<'_>) -> String {
    match scene.hook() {
        Some(hook) => format!(
            "{} (`{}`, {} hook, stage {})",
            scene.principal(),
            hook.name,
            hook.origin,
            hook.stage
        ),
        None => scene.principal().to_string(),
    }
}

/// The longest paths in an expression: `principal.package.id` is one, not three.
fn collect_paths(expr: &Expr, paths: &mut Vec<String>) {
    if is_path(expr) {
        let path = expr.to_string();
        if !paths.contains(&path) {
            paths.push(path);
        }
    } else {
        children(expr).into_iter().for_each(|child| collect_paths(child, paths));
    }
}

fn is_path(expr: &Expr) -> bool {
    match expr {
        Expr::Var(_) => true,
        Expr::GetAttr { expr, .. } => is_path(expr),
        _ => false,
    }
}
