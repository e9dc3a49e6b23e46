//! Doubtful things in a policy that is valid.

use std::fmt;

use cedar_policy::pst::{Clause, Expr, Var};

use crate::annotation::suggestion;
use crate::expression::contains;
use crate::policy::Policy;
use crate::problem::Problem;
use crate::scope::{covers_every_principal, covers_every_resource, is_unconditional};
use crate::statement::Statement;
use crate::vocabulary::Action;

/// What is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LintKind {
    /// A permit lets every hook do something.
    CoversEveryHook,
    /// A permit gives every secret, folder, origin, endpoint, action or environment variable.
    CoversEveryResource,
    /// A forbid with neither conditions nor scope makes a permit pointless.
    NeverPermits,
    /// A limit, or `@enclosure`, stands on a statement that sets none.
    LimitWithoutEffect,
    /// An annotation means nothing.
    UnknownAnnotation,
    /// A statement has no `@id`, so that refusals name it by its line.
    NoId,
    /// A statement has no `@reason`, so that refusals cannot say why.
    NoReason,
    /// The policy has no statement of the operator's.
    Empty,
    /// Cedar's validator finds it doubtful.
    Validator,
}

/// One doubtful thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What kind of doubt it is.
    pub kind: LintKind,
    /// Where, what, and what to do.
    pub problem: Problem,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

/// Actions that nobody should permit for every resource without meaning it.
const DANGEROUS: &[(Action, &str)] = &[
    (Action::ReadSensitiveVariable, "every sensitive variable"),
    (Action::ReadFolder, "every folder of the target"),
    (Action::WriteFolder, "writing to every folder of the target"),
    (Action::HttpRequest, "requests to every origin"),
    (Action::TcpConnect, "connections to every endpoint"),
    (Action::HostRequest, "every host action"),
    (Action::ReadEnvironment, "every environment variable of the supervisor"),
];

impl Policy {
    /// What is doubtful in the operator's statements, in the order of the policy. The statements
    /// that ship with Cofferdam are not looked at.
    #[must_use]
    pub fn lints(&self) -> Vec<Lint> {
        let mut lints: Vec<Lint> = self
            .statements()
            .iter()
            .filter(|statement| !statement.is_shipped)
            .flat_map(|statement| self.lints_of(statement))
            .collect();
        if self.says_nothing() {
            let hint = "remove it from the settings, or write what it is to permit or forbid";
            let message = "the policy has no statement of its own".to_owned();
            let problem = Problem::new(None, message).hint(hint);
            lints.push(Lint { kind: LintKind::Empty, problem });
        }
        let doubts = self.warnings().iter().cloned();
        lints.extend(doubts.map(|problem| Lint { kind: LintKind::Validator, problem }));
        lints.sort_by(|a, b| a.problem.place.cmp(&b.problem.place));
        lints
    }

    fn lints_of(&self, statement: &Statement) -> Vec<Lint> {
        let mut lints = Vec::new();
        let mut add = |kind: LintKind, message: String, hint: &str| {
            let problem = Problem::new(Some(statement.place.clone()), message)
                .in_statement(&statement.id)
                .hint(hint);
            lints.push(Lint { kind, problem });
        };
        let actions = &statement.actions;
        let name = format!("`{}`", statement.id);
        if statement.is_permit() {
            let only_limits = *actions == [Action::SetLimits];
            let only_packages = *actions == [Action::DeployPackage];
            if covers_every_principal(&statement.cedar)
                && !mentions(statement, &Var::Principal)
                && !only_limits
                && !only_packages
            {
                add(
                    LintKind::CoversEveryHook,
                    format!("the permit {name} covers every hook"),
                    "name a digest, an origin, a stage, a package or a signer",
                );
            }
            if covers_every_resource(&statement.cedar) && !mentions(statement, &Var::Resource) {
                for (action, what) in DANGEROUS {
                    if actions.contains(action) {
                        add(
                            LintKind::CoversEveryResource,
                            format!("the permit {name} gives {what}"),
                            "name the ones that are needed",
                        );
                    }
                }
            }
            if let Some(forbid) = self.forbids_always(statement) {
                add(
                    LintKind::NeverPermits,
                    format!("the permit {name} never permits anything: `{}` forbids it", forbid.id),
                    "remove one of them, or give the forbid a condition",
                );
            }
        }
        let sets_limits = statement.is_permit()
            && (actions.contains(&Action::RunHook) || actions.contains(&Action::SetLimits));
        if !sets_limits && (!statement.limits.is_empty() || statement.enclosure.is_some()) {
            add(
                LintKind::LimitWithoutEffect,
                format!("the limits on {name} have no effect"),
                "write them on a permit of `runHook` or `setLimits`",
            );
        }
        for annotation in &statement.unknown_annotations {
            add(
                LintKind::UnknownAnnotation,
                format!("the annotation `@{annotation}` on {name} means nothing"),
                &suggestion(annotation),
            );
        }
        if !statement.has_written_id {
            add(
                LintKind::NoId,
                "the statement has no `@id`".to_owned(),
                "give it a name, so that it keeps it when lines move",
            );
        }
        if statement.reason.is_none() {
            add(
                LintKind::NoReason,
                format!("{name} has no `@reason`"),
                "say why it is there, for those whom it refuses",
            );
        }
        lints
    }

    /// A forbid without conditions that covers all that a permit covers.
    fn forbids_always(&self, permit: &Statement) -> Option<&Statement> {
        self.statements().iter().find(|forbid| {
            !forbid.is_permit()
                && is_unconditional(&forbid.cedar)
                && permit.actions.iter().all(|action| forbid.actions.contains(action))
        })
    }
}

/// Whether a clause looks at a variable.
fn mentions(statement: &Statement, variable: &Var) -> bool {
    let Ok(policy) = statement.cedar.to_pst() else { return false };
    policy.body().clauses().iter().any(|clause| {
        let (Clause::When(condition) | Clause::Unless(condition)) = clause;
        contains(condition, &|expr| matches!(expr, Expr::Var(found) if found == variable))
    })
}
