//! Compares a saved plan with what would be planned now.

use std::fmt;

use crate::{PLAN_FORMAT, Plan, PlanError};

/// One thing that is not as a saved plan says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// It has another value.
    Value {
        /// What it is, as a noun.
        what: String,
        /// What the saved plan says.
        planned: String,
        /// What is found now.
        now: String,
    },
    /// A list has other members, or has them in another order.
    List {
        /// What it lists, as a noun in the plural.
        what: &'static str,
        /// What the saved plan names and is not found now.
        gone: Vec<String>,
        /// What is found now and the saved plan does not name.
        new: Vec<String>,
    },
    /// It changed, and a plan does not hold more of it than that.
    Changed {
        /// What it is, as a noun.
        what: String,
    },
    /// The value of a variable: plans hold keyed digests of them.
    VariableValue,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { what, planned, now } => write!(f, "{what} was {planned} and is {now} now"),
            Self::List { what, gone, new } => match (gone.is_empty(), new.is_empty()) {
                (true, true) => write!(f, "the {what} are in another order now"),
                (true, false) => write!(f, "there are new {what}: {}", new.join(", ")),
                (false, true) => write!(f, "there are no longer the {what} {}", gone.join(", ")),
                (false, false) => write!(
                    f,
                    "there are no longer the {what} {}, and there are new ones: {}",
                    gone.join(", "),
                    new.join(", ")
                ),
            },
            Self::Changed { what } => write!(f, "{what} changed"),
            Self::VariableValue => f.write_str(
                "a variable has another value, or the plan was made by another user or on another machine",
            ),
        }
    }
}

impl Plan {
    /// What differs from this plan in what would be planned now. Empty: `now` is the same plan.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut found = Differences(Vec::new());
        found.compare("the plan's format", self.format, now.format);
        found.compare("the package's digest", self.package.sha256, now.package.sha256);
        found.compare("the package's file", &self.package.file, &now.package.file);
        found.compare("the package's feed", some(&self.package.feed), some(&now.package.feed));
        found.compare("the package's signer", listed(&self.signers()), listed(&now.signers()));
        found.compare("the root", self.root.display(), now.root.display());
        found.compare("the target", &self.machine, &now.machine);
        found.compare("the environment", some(&self.environment), some(&now.environment));
        found.compare("the tenant", some(&self.tenant), some(&now.tenant));
        found.compare("the policy", &self.policy_digest, &now.policy_digest);
        if self.variables != now.variables {
            found.compare_names("variables", &self.variables, &now.variables);
        } else if self.variables_digest != now.variables_digest {
            found.0.push(Difference::VariableValue);
        }
        self.compare_hooks(now, &mut found);
        found.compare("the engine", &self.engine.version, &now.engine.version);
        found.compare("the walls", &self.walls, &now.walls);
        if found.0.is_empty() && self != now {
            found.changed("something that only a new plan shows".to_owned());
        }
        found.0
    }

    /// Checks that what would be planned now is this plan.
    ///
    /// # Errors
    /// [`PlanError::Changed`], naming what changed.
    pub fn check_unchanged(&self, now: &Self) -> Result<(), PlanError> {
        debug_assert_eq!(now.format, PLAN_FORMAT);
        let differences = self.differences(now);
        if differences.is_empty() { Ok(()) } else { Err(PlanError::Changed(differences)) }
    }

    fn compare_hooks(&self, now: &Self, found: &mut Differences) {
        let key = |(convention, hook): (u8, &crate::PlannedHook)| {
            format!("{convention} {} `{}`", hook.stage, hook.name)
        };
        let (planned, present): (Vec<_>, Vec<_>) = (self.hooks().collect(), now.hooks().collect());
        let names = |hooks: &[(u8, &crate::PlannedHook)]| hooks.iter().copied().map(key).collect();
        let (planned_names, present_names): (Vec<String>, Vec<String>) =
            (names(&planned), names(&present));
        if planned_names != present_names {
            return found.compare_names("hooks", &planned_names, &present_names);
        }
        for ((_, before), (_, after)) in planned.into_iter().zip(present) {
            let what = format!("the {} hook `{}`", before.stage, before.name);
            found.compare(&what, &before.sha256, &after.sha256);
            let signer = format!("the signer of {what}");
            found.compare(&signer, listed(&before.signers()), listed(&after.signers()));
            if before.grant != after.grant {
                found.changed(format!("the grant of {what}"));
            }
        }
    }
}

fn some(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("none")
}

fn listed(signers: &[String]) -> String {
    if signers.is_empty() { "nobody".to_owned() } else { signers.join(", ") }
}

struct Differences(Vec<Difference>);

impl Differences {
    fn changed(&mut self, what: String) {
        self.0.push(Difference::Changed { what });
    }

    fn compare(&mut self, what: &str, planned: impl fmt::Display, now: impl fmt::Display) {
        let (planned, now) = (planned.to_string(), now.to_string());
        if planned != now {
            self.0.push(Difference::Value { what: what.to_owned(), planned, now });
        }
    }

    fn compare_names(&mut self, what: &'static str, planned: &[String], now: &[String]) {
        let missing = |from: &[String], of: &[String]| {
            from.iter().filter(|name| !of.contains(name)).cloned().collect()
        };
        let (gone, new) = (missing(planned, now), missing(now, planned));
        self.0.push(Difference::List { what, gone, new });
    }
}
