//! Why a permit does not apply: the first of its parts that is not true, with the values in it.

use std::fmt;

use cedar_policy::pst::{Clause, Expr};
use cedar_policy::{EvalResult, Expression, Request, eval_expression};

use crate::expression::{children, conjuncts};
use crate::policy::Policy;
use crate::question::Question;
use crate::scene::Scene;
use crate::scope::actions_of;
use crate::statement::Statement;

/// How many near misses are worth reading.
const MOST_NEAR_MISSES: usize = 3;

/// A permit that would have allowed what was asked, had one thing been different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The permit.
    pub statement: String,
    /// Its reason.
    pub reason: Option<String>,
    /// The first part that is not true, in Cedar.
    pub part: String,
    /// The values that the part looks at: path and value, in Cedar. For a part that cannot be
    /// evaluated, what went wrong.
    pub values: Vec<(String, String)>,
    /// How many parts before it are true. The more, the nearer.
    parts_before: usize,
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` would permit it, but `{}` is not true", self.statement, self.part)?;
        for (index, (path, value)) in self.values.iter().enumerate() {
            let joint = if index == 0 { ": " } else { ", " };
            write!(f, "{joint}{path} is {value}")?;
        }
        Ok(())
    }
}

/// The permits that come nearest to allowing what was asked, the nearest first.
pub(crate) fn near_misses(
    policy: &Policy,
    scene: &Scene<'_>,
    question: &Question,
) -> Vec<NearMiss> {
    let Ok(request) = scene.request(question) else { return Vec::new() };
    let permits = policy
        .statements()
        .iter()
        .filter(|statement| statement.is_permit() && !Policy::is_shipped(statement))
        .filter(|statement| actions_of(&statement.cedar).contains(&question.action()));
    let mut found: Vec<NearMiss> =
        permits.filter_map(|statement| near_miss(statement, scene, &request)).collect();
    found.sort_by_key(|miss| std::cmp::Reverse(miss.parts_before));
    found.truncate(MOST_NEAR_MISSES);
    found
}

fn near_miss(statement: &Statement, scene: &Scene<'_>, request: &Request) -> Option<NearMiss> {
    let policy = statement.cedar.to_pst().ok()?;
    let body = policy.body();
    let mut parts =
        vec![Part::scope("principal", &body.principal), Part::scope("resource", &body.resource)];
    for clause in body.clauses() {
        match clause {
            Clause::When(condition) => {
                parts.extend(conjuncts(condition).into_iter().map(Part::condition))
            }
            Clause::Unless(condition) => parts.push(Part::negated(condition)),
        }
    }
    for (position, part) in parts.iter().enumerate() {
        let outcome = part.evaluate(scene, request);
        if outcome == Ok(EvalResult::Bool(true)) {
            continue;
        }
        let values = match outcome {
            Ok(_) => part.values(scene, request),
            Err(error) => vec![("the outcome".to_owned(), error)],
        };
        return Some(NearMiss {
            statement: statement.id.clone(),
            reason: statement.reason.clone(),
            part: part.text.clone(),
            values,
            parts_before: position,
        });
    }
    None
}

/// One part of a statement that has to be true.
struct Part {
    text: String,
    paths: Vec<String>,
}

impl Part {
    /// A part of the scope. A constraint displays as what follows the variable; the one that lets
    /// everything through displays as nothing.
    fn scope(variable: &str, constraint: &impl fmt::Display) -> Self {
        let text = format!("{variable} {constraint}").trim_end().to_owned();
        Self { text, paths: vec![variable.to_owned()] }
    }

    fn condition(expr: &Expr) -> Self {
        let mut paths = Vec::new();
        collect_paths(expr, &mut paths);
        Self { text: expr.to_string(), paths }
    }

    fn negated(expr: &Expr) -> Self {
        let part = Self::condition(expr);
        Self { text: format!("!({})", part.text), ..part }
    }

    fn evaluate(&self, scene: &Scene<'_>, request: &Request) -> Result<EvalResult, String> {
        // A bare `principal` or `resource` in a scope stands for any.
        if matches!(self.text.as_str(), "principal" | "resource") {
            return Ok(EvalResult::Bool(true));
        }
        evaluate(&self.text, scene, request)
    }

    fn values(&self, scene: &Scene<'_>, request: &Request) -> Vec<(String, String)> {
        let value = |path: &String| {
            let shown = match path.as_str() {
                "principal" => describe_principal(scene),
                path => evaluate(path, scene, request).ok()?.to_string(),
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

fn evaluate(text: &str, scene: &Scene<'_>, request: &Request) -> Result<EvalResult, String> {
    let expression: Expression = text.parse().map_err(|error| format!("{error}"))?;
    eval_expression(request, scene.entities(), &expression).map_err(|error| error.to_string())
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
