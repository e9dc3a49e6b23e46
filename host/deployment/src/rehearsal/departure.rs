//! `Departure`: where a deployment did something else than its rehearsal.

use std::collections::BTreeMap;
use std::fmt;

use super::report::{Rehearsal, RehearsedHook};
use crate::{Change, ChangeKind};

/// One thing that was different from what was rehearsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The hook, as `the Deploy hook ...`; none: the deployment as a whole.
    pub hook: Option<String>,
    /// What was different, as a clause.
    pub what: String,
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hook {
            Some(hook) => write!(f, "{hook}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl Rehearsal {
    /// Where these hooks, as a [`Watcher`](crate::Watcher) saw them, did something else: files with
    /// another content, outputs with another value, another end. Values of sensitive outputs are
    /// masked on both sides and cannot be compared.
    #[must_use]
    pub fn departures(&self, hooks: &[RehearsedHook]) -> Vec<Departure> {
        compare_hooks(&self.hooks, hooks)
    }
}

/// Where the second list of hooks did something else than the first.
pub(super) fn compare_hooks(expected: &[RehearsedHook], found: &[RehearsedHook]) -> Vec<Departure> {
    let mut departures = Vec::new();
    for (one, other) in expected.iter().zip(found) {
        if one.hook != other.hook {
            departures.push(Departure {
                hook: None,
                what: format!("{} ran in the place of {}", title(other), title(one)),
            });
            // What comes after cannot be told apart any more.
            return departures;
        }
        departures.extend(
            compare_hook(one, other)
                .into_iter()
                .map(|what| Departure { hook: Some(title(one)), what }),
        );
    }
    let missing = expected.iter().skip(found.len());
    departures.extend(missing.map(|hook| of_hook(hook, "did not run")));
    let more = found.iter().skip(expected.len());
    departures.extend(more.map(|hook| of_hook(hook, "ran, which it did not before")));
    departures
}

fn of_hook(hook: &RehearsedHook, what: &str) -> Departure {
    Departure { hook: Some(title(hook)), what: what.to_owned() }
}

fn title(hook: &RehearsedHook) -> String {
    format!("the {} hook `{}`", hook.hook.stage, hook.hook.name)
}

fn compare_hook(expected: &RehearsedHook, found: &RehearsedHook) -> Vec<String> {
    let mut differences = Vec::new();
    match (expected.succeeded, found.succeeded) {
        (true, false) => differences.push("it failed".to_owned()),
        (false, true) => differences.push("it succeeded".to_owned()),
        _ => {}
    }
    let by_path = |hook: &'_ RehearsedHook| -> BTreeMap<String, Change> {
        hook.changes.iter().map(|change| (change.path.clone(), change.clone())).collect()
    };
    let (before, after) = (by_path(expected), by_path(found));
    for (path, change) in &before {
        match after.get(path) {
            None => differences.push(format!("`{path}` was not {}", verb(change.what))),
            Some(other) if other.what != change.what => differences.push(format!(
                "`{path}` was {}, not {}",
                verb(other.what),
                verb(change.what)
            )),
            Some(other) if !same(change, other) => {
                differences.push(format!("`{path}` has another content, kind or mode"));
            }
            Some(_) => {}
        }
    }
    for (path, change) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
        differences.push(format!("`{path}` was {}", verb(change.what)));
    }
    differences.extend(compare_outputs(expected, found));
    differences
}

fn compare_outputs(expected: &RehearsedHook, found: &RehearsedHook) -> Vec<String> {
    let by_name = |hook: &'_ RehearsedHook| -> BTreeMap<String, (String, bool)> {
        let outputs = hook.outputs.iter();
        outputs.map(|o| (o.name.to_lowercase(), (o.value.clone(), o.sensitive))).collect()
    };
    let (before, after) = (by_name(expected), by_name(found));
    let mut differences = Vec::new();
    for (name, value) in &before {
        match after.get(name) {
            None => differences.push(format!("the output `{name}` was not set")),
            Some(other) if other != value => {
                differences.push(format!("the output `{name}` has another value"));
            }
            Some(_) => {}
        }
    }
    let new = after.keys().filter(|name| !before.contains_key(*name));
    differences.extend(new.map(|name| format!("the output `{name}` was set")));
    differences
}

fn same(one: &Change, other: &Change) -> bool {
    (one.kind, one.mode, &one.sha256, &one.link)
        == (other.kind, other.mode, &other.sha256, &other.link)
}

fn verb(what: ChangeKind) -> &'static str {
    match what {
        ChangeKind::Added => "added",
        ChangeKind::Changed => "changed",
        ChangeKind::Removed => "removed",
    }
}
