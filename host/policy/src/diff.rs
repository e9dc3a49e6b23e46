//! What changes for given hooks when one policy takes the place of another.

use std::collections::BTreeSet;
use std::fmt;

use cofferdam_capability::GrantTerms;

use crate::policy::Policy;
use crate::{Context, HookFacts, PackageFacts, Verdict};

/// Everything that changes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyDiff {
    /// How the package fares, when that changes.
    pub package: Option<Change>,
    /// The hooks that fare differently, in the order in which they were given.
    pub hooks: Vec<HookDiff>,
}

/// A yes that becomes a no, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was refused and is permitted now.
    NowPermitted,
    /// It was permitted and is refused now.
    NowRefused,
}

/// What changes for one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookDiff {
    /// The hook's name.
    pub hook: String,
    /// Its stage.
    pub stage: String,
    /// Whether it may run, when that changes.
    pub run: Option<Change>,
    /// What it gains, in words.
    pub gains: Vec<String>,
    /// What it loses, in words.
    pub loses: Vec<String>,
}

impl PolicyDiff {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.package.is_none() && self.hooks.is_empty()
    }
}

/// Compares two policies by what they decide.
#[must_use]
pub fn diff(
    old: &Policy,
    new: &Policy,
    package: &PackageFacts,
    hooks: &[HookFacts],
    context: &Context,
) -> PolicyDiff {
    let package = change(
        old.decide_package(package, context).is_ok(),
        new.decide_package(package, context).is_ok(),
    );
    let hooks = hooks.iter().filter_map(|hook| hook_diff(old, new, hook, context)).collect();
    PolicyDiff { package, hooks }
}

fn change(before: bool, after: bool) -> Option<Change> {
    match (before, after) {
        (false, true) => Some(Change::NowPermitted),
        (true, false) => Some(Change::NowRefused),
        _ => None,
    }
}

fn hook_diff(old: &Policy, new: &Policy, hook: &HookFacts, context: &Context) -> Option<HookDiff> {
    let (before, after) = (old.decide(hook, context), new.decide(hook, context));
    let (had, has) = (in_words(&before), in_words(&after));
    let run = change(before.grant().is_some(), after.grant().is_some());
    let gains: Vec<String> = has.difference(&had).cloned().collect();
    let loses: Vec<String> = had.difference(&has).cloned().collect();
    if run.is_none() && gains.is_empty() && loses.is_empty() {
        return None;
    }
    Some(HookDiff { hook: hook.name.clone(), stage: hook.stage.clone(), run, gains, loses })
}

/// Each thing that is granted, in words. A refused hook has none.
fn in_words(verdict: &Verdict) -> BTreeSet<String> {
    let Some(grant) = verdict.grant() else { return BTreeSet::new() };
    let GrantTerms {
        enclosure,
        variables,
        folders,
        http,
        tcp,
        actions,
        environment,
        clock,
        random,
        limits,
    } = grant.terms();
    let mut words = BTreeSet::new();
    let mut add = |capability: cofferdam_capability::Capability| {
        words.insert(capability.to_string());
    };
    use cofferdam_capability::Capability;
    for variable in variables {
        add(Capability::Variable { name: variable.name.clone() });
    }
    for folder in folders {
        add(Capability::Folder { host: folder.host.clone(), access: folder.access });
    }
    http.iter().for_each(|rule| add(Capability::Http(rule.clone())));
    tcp.iter().for_each(|endpoint| add(Capability::Tcp(endpoint.clone())));
    actions.iter().for_each(|name| add(Capability::Action { name: name.clone() }));
    environment.iter().for_each(|name| add(Capability::Environment { name: name.clone() }));
    add(Capability::Clock(*clock));
    add(Capability::Random(*random));
    words.insert(match enclosure {
        cofferdam_capability::Access::ReadOnly => "the enclosure (read only)".to_owned(),
        cofferdam_capability::Access::ReadWrite => "the enclosure (read and write)".to_owned(),
    });
    for (limit, value) in limits.iter() {
        words.insert(format!("{limit} up to {}", limit.format_value(value)));
    }
    words
}

impl fmt::Display for PolicyDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changes");
        }
        let mut lines = Vec::new();
        if let Some(change) = self.package {
            lines.push(format!("the package {change}"));
        }
        for hook in &self.hooks {
            let change = hook.run.map(|change| format!(" {change}")).unwrap_or_default();
            lines.push(format!("hook `{}` at stage {}{change}", hook.hook, hook.stage));
            lines.extend(hook.gains.iter().map(|gain| format!("  + {gain}")));
            lines.extend(hook.loses.iter().map(|loss| format!("  - {loss}")));
        }
        f.write_str(&lines.join("\n"))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NowPermitted => "is permitted now",
            Self::NowRefused => "is refused now",
        })
    }
}
