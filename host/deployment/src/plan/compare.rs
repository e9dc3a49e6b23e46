//! Compares a saved plan with what would be planned now.

use std::fmt;

use crate::{PLAN_FORMAT, Plan, PlanError};

/// One thing that is not as a saved plan says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about, as a noun.
    pub what: String,
    /// What the saved plan says.
    pub planned: String,
    /// What is found now.
    pub now: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was {} and is {} now", self.what, self.planned, self.now)
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
        found.compare("the package's signer", listed(&self.signers()), listed(&now.signers()));
        found.compare("the root", self.root.display(), now.root.display());
        found.compare("the target", &self.machine, &now.machine);
        found.compare("the environment", some(&self.environment), some(&now.environment));
        found.compare("the tenant", some(&self.tenant), some(&now.tenant));
        found.compare("the policy", &self.policy_digest, &now.policy_digest);
        if self.variables != now.variables {
            found.compare_names("the variables", &self.variables, &now.variables);
        } else if self.variables_digest != now.variables_digest {
            found.state(
                "a variable's value",
                "another",
                "different (or the plan was made elsewhere)",
            );
        }
        self.compare_hooks(now, &mut found);
        found.compare("the engine", &self.engine.version, &now.engine.version);
        found.compare("the walls", &self.walls, &now.walls);
        if found.0.is_empty() && self != now {
            found.state("something in the plan", "different", "as a new plan would show");
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
            return found.compare_names("the hooks", &planned_names, &present_names);
        }
        for ((_, before), (_, after)) in planned.into_iter().zip(present) {
            let what = format!("the {} hook `{}`", before.stage, before.name);
            found.compare(&what, &before.sha256, &after.sha256);
            let signer = format!("the signer of {what}");
            found.compare(&signer, listed(&before.signers()), listed(&after.signers()));
            if before.grant != after.grant {
                found.state(&format!("the grant of {what}"), "another", "different");
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
    fn state(&mut self, what: &str, planned: &str, now: &str) {
        let (what, planned, now) = (what.to_owned(), planned.to_owned(), now.to_owned());
        self.0.push(Difference { what, planned, now });
    }

    fn compare(&mut self, what: &str, planned: impl fmt::Display, now: impl fmt::Display) {
        let (planned, now) = (planned.to_string(), now.to_string());
        if planned != now {
            self.state(what, &planned, &now);
        }
    }

    fn compare_names(&mut self, what: &str, planned: &[String], now: &[String]) {
        let missing = |from: &[String], of: &[String]| {
            let names: Vec<_> =
                from.iter().filter(|name| !of.contains(name)).map(String::as_str).collect();
            if names.is_empty() {
                "in this order".to_owned()
            } else {
                format!("with {}", names.join(", "))
            }
        };
        self.state(what, &missing(planned, now), &missing(now, planned));
    }
}
