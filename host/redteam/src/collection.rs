//! The collection: every attack of every group, as one list.

use std::fmt;
use std::io;

use crate::deployments::{DEPLOYMENTS, HostileDeployment};
use crate::guest::Kind;
use crate::guest_attacks::{ATTACKS, Ends, GuestAttack};
use crate::machine::Machine;
use crate::modules::{HostileModule, MODULES};
use crate::native_attacks::{NATIVE_ATTACKS, NativeAttack};
use crate::trial::Trial;
use crate::{Control, Finding, judge};

/// Attacks of preview 1 that components have no calls for.
const PREVIEW1_ONLY: [&str; 3] = ["guess-descriptors", "count-preopens", "close-the-preopen"];

/// A group of attacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What a hook does, as a preview 1 module.
    Preview1,
    /// The same as a component.
    Component,
    /// Modules that attack whoever parses, compiles and starts them.
    Module,
    /// Hooks in packages: the host works with what they left behind.
    Deployment,
    /// Native code in a worker, as if the engine had been broken.
    Native,
}

impl Group {
    /// How it is spelled.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Preview1 => "preview1",
            Self::Component => "component",
            Self::Module => "module",
            Self::Deployment => "deployment",
            Self::Native => "native",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// One attack of the collection.
#[derive(Clone, Copy)]
pub struct Attack {
    group: Group,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Guest(Kind, &'static GuestAttack),
    Module(&'static HostileModule),
    Deployment(&'static HostileDeployment),
    Native(&'static NativeAttack),
}

/// Every attack, group after group. Native ones are there where the operating system has a second wall
/// to be attacked.
pub fn collection() -> impl Iterator<Item = Attack> {
    let guests = |group, kind| {
        let has = move |attack: &&GuestAttack| {
            kind == Kind::Preview1 || !PREVIEW1_ONLY.contains(&attack.name)
        };
        let attack = move |attack| Attack { group, what: What::Guest(kind, attack) };
        ATTACKS.iter().filter(has).map(attack)
    };
    let modules = MODULES.iter().map(|m| Attack { group: Group::Module, what: What::Module(m) });
    let deployments = DEPLOYMENTS
        .iter()
        .map(|deployment| Attack { group: Group::Deployment, what: What::Deployment(deployment) });
    let has_probe =
        |attack: &&NativeAttack| cofferdam_sandbox::probe_names().any(|name| name == attack.name);
    let native = NATIVE_ATTACKS
        .iter()
        .filter(has_probe)
        .map(|attack| Attack { group: Group::Native, what: What::Native(attack) });
    guests(Group::Preview1, Kind::Preview1)
        .chain(guests(Group::Component, Kind::Component))
        .chain(modules)
        .chain(deployments)
        .chain(native)
}

impl Attack {
    /// Its group.
    #[must_use]
    pub fn group(&self) -> Group {
        self.group
    }

    /// Its name within the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.what {
            What::Guest(_, attack) => attack.name,
            What::Module(module) => module.name,
            What::Deployment(deployment) => deployment.name,
            What::Native(attack) => attack.name,
        }
    }

    /// `GROUP/NAME`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.group, self.name())
    }

    /// What the attacker wants.
    #[must_use]
    pub fn wants(&self) -> &'static str {
        match self.what {
            What::Guest(_, attack) => attack.wants,
            What::Module(module) => module.wants(),
            What::Deployment(deployment) => deployment.wants,
            What::Native(attack) => attack.wants,
        }
    }

    /// The controls that hold it, each by itself: it succeeds when all of them are left out. What
    /// [`Control::Other`] holds as well does not succeed even then, or not on every machine.
    #[must_use]
    pub fn held_by(&self) -> &'static [Control] {
        match self.what {
            What::Guest(_, attack) => attack.held_by,
            What::Module(module) => module.held_by,
            What::Deployment(_) => &[Control::Other],
            What::Native(attack) => attack.controls,
        }
    }

    /// How it has to end, with the default settings.
    #[must_use]
    pub fn expected(&self) -> String {
        match self.what {
            What::Guest(kind, attack) => match attack.ends_for(kind) {
                Ends::Held(guards) => {
                    let says: Vec<&str> = guards.iter().map(|guard| guard.says).collect();
                    format!("refused: {}", says.join("; "))
                }
                Ends::AtLimit(limit) => format!("stopped at {limit}"),
                Ends::Shows(_, parts) => format!("shown as: {}", parts.join("; ").escape_default()),
                Ends::SameInEveryRun => "the same in every run".to_owned(),
                Ends::InRaceWithItself => "refused in every round of a race".to_owned(),
            },
            What::Module(module) => module.expected(),
            What::Deployment(deployment) => deployment.expected.to_owned(),
            What::Native(attack) => attack.expected(),
        }
    }

    /// Carries it out, and looks at everything that must not have happened.
    #[must_use]
    pub fn carry_out(&self, machine: &Machine) -> Finding {
        let trial = match self.what {
            What::Guest(kind, attack) => judge::run(machine, kind, attack),
            What::Module(module) => module.run(machine),
            What::Deployment(deployment) => deployment.run(machine),
            What::Native(attack) => attack.run(machine),
        };
        let trial = trial.unwrap_or_else(|error: io::Error| {
            let mut trial = Trial::default();
            trial.not_tried(error.to_string());
            trial
        });
        trial.finding(self.full_name(), self.wants(), self.expected())
    }

    /// Whether `filter` means it: a group, a name, both as `GROUP/NAME`, or a part of a name followed
    /// by `*`.
    #[must_use]
    pub fn is_meant_by(&self, filter: &str) -> bool {
        let full = self.full_name();
        match filter.strip_suffix('*') {
            Some(start) => full.starts_with(start) || self.name().starts_with(start),
            None => [self.group.key(), self.name(), full.as_str()].contains(&filter),
        }
    }
}

impl fmt::Debug for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct() {
        let names: Vec<String> = collection().map(|attack| attack.full_name()).collect();
        let distinct: BTreeSet<&String> = names.iter().collect();
        assert_eq!(names.len(), distinct.len());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn every_native_attack_is_a_probe() {
        for attack in NATIVE_ATTACKS {
            assert!(
                cofferdam_sandbox::probe_names().any(|name| name == attack.name),
                "{}",
                attack.name
            );
        }
    }

    #[test]
    fn filters_mean_groups_names_and_beginnings() {
        let meant = |filter: &str| collection().filter(|a| a.is_meant_by(filter)).count();
        assert_eq!(meant("deployment"), DEPLOYMENTS.len());
        assert_eq!(meant("read-parent"), 2);
        assert_eq!(meant("preview1/read-parent"), 1);
        assert_eq!(meant("preview1/read-parent*"), 2);
        assert_eq!(meant("nothing-is-called-this"), 0);
    }
}
