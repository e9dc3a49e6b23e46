//! What can be told from a statement without evaluating it: its actions, and the one thing that must
//! hold first for it to apply.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, Var};
use cedar_policy::{
    ActionConstraint, EntityUid, Policy as CedarPolicy, PrincipalConstraint, ResourceConstraint,
};

use crate::vocabulary::{Action, uid};

/// The actions that a statement's scope lets through.
pub(crate) fn actions_of(cedar: &CedarPolicy) -> Vec<Action> {
    let named = |entity: &EntityUid| Action::from_key(entity.id().unescaped());
    match cedar.action_constraint() {
        ActionConstraint::Any => Action::ALL.to_vec(),
        ActionConstraint::Eq(entity) => named(&entity).into_iter().collect(),
        ActionConstraint::In(entities) => entities.iter().filter_map(named).collect(),
    }
}

/// A plain text attribute that statements compare with a literal, and that every request which gets
/// as far as the comparison has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Attribute {
    /// `principal.name`
    HookName,
    /// `principal.package.id`, and `principal.package == Package::"..."`
    PackageId,
    /// `resource.name`
    ResourceName,
    /// `context.target`
    Target,
    /// `context.environment`
    Environment,
    /// `context.tenant`
    Tenant,
}

/// The most telling thing that must hold for a statement to apply. Where it does not hold, the
/// statement is false, and evaluating it cannot fail either: Cedar evaluates the scope first, then
/// the clauses from left to right, and stops at the first that is false.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The resource is this entity or below it.
    Resource(EntityUid),
    /// The principal is this entity or below it.
    Principal(EntityUid),
    /// The attribute has this value.
    Attribute(Attribute, String),
}

/// The key of a statement, when it has one.
pub(crate) fn key_of(cedar: &CedarPolicy) -> Option<Key> {
    match cedar.resource_constraint() {
        ResourceConstraint::Eq(entity)
        | ResourceConstraint::In(entity)
        | ResourceConstraint::IsIn(_, entity) => return Some(Key::Resource(entity)),
        ResourceConstraint::Any | ResourceConstraint::Is(_) => {}
    }
    // A hook's digest says more than a comparison, but its origin and stage say less.
    let above = match cedar.principal_constraint() {
        PrincipalConstraint::Eq(entity) => return Some(Key::Principal(entity)),
        PrincipalConstraint::In(entity) | PrincipalConstraint::IsIn(_, entity) => Some(entity),
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
    };
    first_comparison(cedar)
        .map(|(attribute, value)| Key::Attribute(attribute, value))
        .or(above.map(Key::Principal))
}

/// The comparison with which the first clause begins, when that is one with a literal.
fn first_comparison(cedar: &CedarPolicy) -> Option<(Attribute, String)> {
    // Cedar parses the statement once more to show its clauses.
    if !cedar.has_non_scope_constraint() {
        return None;
    }
    let policy = cedar.to_pst().ok()?;
    let Some(Clause::When(condition)) = policy.body().clauses().first() else { return None };
    let mut first: &Expr = condition;
    while let Expr::BinaryOp { op: BinaryOp::And, left, .. } = first {
        first = left;
    }
    let Expr::BinaryOp { op: BinaryOp::Eq, left, right } = first else { return None };
    comparison(left, right).or_else(|| comparison(right, left))
}

fn comparison(path: &Expr, value: &Expr) -> Option<(Attribute, String)> {
    let Expr::GetAttr { expr: owner, attr } = path else { return None };
    match (&**owner, attr.as_str(), value) {
        (Expr::Var(var), attr, Expr::Literal(Literal::String(text))) => {
            let attribute = match (var, attr) {
                (Var::Principal, "name") => Attribute::HookName,
                (Var::Resource, "name") => Attribute::ResourceName,
                (Var::Context, "target") => Attribute::Target,
                (Var::Context, "environment") => Attribute::Environment,
                (Var::Context, "tenant") => Attribute::Tenant,
                _ => return None,
            };
            Some((attribute, text.to_string()))
        }
        (Expr::Var(Var::Principal), "package", Expr::Literal(Literal::EntityUID(entity))) => {
            Some((Attribute::PackageId, entity.eid.to_string()))
        }
        (Expr::GetAttr { expr, attr: package }, "id", Expr::Literal(Literal::String(text)))
            if package == "package" && **expr == Expr::Var(Var::Principal) =>
        {
            Some((Attribute::PackageId, text.to_string()))
        }
        _ => None,
    }
}

/// Whether a statement's scope lets every principal and every resource of its actions through, and
/// no clause narrows it.
pub(crate) fn is_unconditional(cedar: &CedarPolicy) -> bool {
    !cedar.has_non_scope_constraint()
        && covers_every_principal(cedar)
        && covers_every_resource(cedar)
}

/// Whether the scope lets every principal through that its actions have.
pub(crate) fn covers_every_principal(cedar: &CedarPolicy) -> bool {
    match cedar.principal_constraint() {
        PrincipalConstraint::Any => true,
        PrincipalConstraint::Is(kind) => kind == *uid("Hook", "").type_name(),
        _ => false,
    }
}

/// Whether the scope lets every resource through that its actions have.
pub(crate) fn covers_every_resource(cedar: &CedarPolicy) -> bool {
    matches!(cedar.resource_constraint(), ResourceConstraint::Any | ResourceConstraint::Is(_))
}
