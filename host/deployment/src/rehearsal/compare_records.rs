//! Where a deployment did something else than one on record: two records, hook by hook.

use std::collections::BTreeMap;

use cofferdam_audit::{
    DeploymentRecord, FileChange, FileChangeKind, HookRun, OutcomeStatus, OutputRecord, OutputValue,
};
use cofferdam_capability::Grant;

use super::departure::Departure;

/// So many files of a hook are named; the first are what people look at.
const MAX_NAMED_FILES: usize = 10;

/// Where `again` is something else than `record`, in the order in which it happened. Values of
/// sensitive outputs are not compared: each record digests them with its own key.
///
/// Without `same_start`, hooks found other files in their folder: then a file that was added is as
/// good as one that was changed, and none has to be removed.
pub(super) fn compare_records(
    record: &DeploymentRecord,
    again: &DeploymentRecord,
    same_start: bool,
) -> Vec<Departure> {
    let mut departures = Vec::new();
    let (expected, found) = (by_hook(record), by_hook(again));
    for (one, other) in expected.iter().zip(&found) {
        let whole = |what: String| Departure { hook: None, what };
        if (&one.run.name, &one.run.stage) != (&other.run.name, &other.run.stage) {
            departures.push(whole(format!(
                "{} ran in the place of {}",
                other.title(),
                one.title()
            )));
            // What comes after cannot be told apart any more.
            return departures;
        }
        let found = one.compare(other, same_start);
        departures
            .extend(found.into_iter().map(|what| Departure { hook: Some(one.title()), what }));
    }
    let of = |hook: &HookDone<'_>, what: &str| Departure {
        hook: Some(hook.title()),
        what: what.to_owned(),
    };
    departures.extend(expected.iter().skip(found.len()).map(|hook| of(hook, "did not run")));
    departures.extend(found.iter().skip(expected.len()).map(|hook| of(hook, "ran, unlike then")));
    if record.outcome.status != again.outcome.status {
        let reason = again.outcome.reason.as_deref().unwrap_or("it succeeded");
        let what = format!("the deployment ended otherwise: {reason}");
        departures.push(Departure { hook: None, what });
    }
    departures
}

/// What one hook did.
struct HookDone<'r> {
    run: &'r HookRun,
    changes: &'r [FileChange],
    outputs: &'r [OutputRecord],
}

/// Changes and outputs name the hook that they are by, and stand in the order in which hooks ran. Of two hooks
/// of the same name in a row, the first gets what both did; that is the same on both sides.
fn by_hook(record: &DeploymentRecord) -> Vec<HookDone<'_>> {
    let (mut changes, mut outputs) = (record.file_changes.as_slice(), record.outputs.as_slice());
    let mut hooks = Vec::new();
    for run in &record.hooks {
        let of_hook = changes.iter().take_while(|change| change.by == run.name).count();
        let (its_changes, rest) = changes.split_at(of_hook);
        changes = rest;
        let of_hook = outputs.iter().take_while(|output| output.by == run.name).count();
        let (its_outputs, rest) = outputs.split_at(of_hook);
        outputs = rest;
        hooks.push(HookDone { run, changes: its_changes, outputs: its_outputs });
    }
    hooks
}

impl HookDone<'_> {
    fn title(&self) -> String {
        format!("the {} hook `{}`", self.run.stage, self.run.name)
    }

    fn compare(&self, found: &Self, same_start: bool) -> Vec<String> {
        let mut differences = Vec::new();
        if self.run.outcome.status != found.run.outcome.status {
            differences.push(match found.run.outcome.status {
                OutcomeStatus::Succeeded => "it succeeded, unlike then".to_owned(),
                _ => format!(
                    "it failed, unlike then: {}",
                    found.run.outcome.reason.as_deref().unwrap_or("for no reason that is known")
                ),
            });
        }
        differences.extend(self.compare_changes(found, same_start));
        differences.extend(self.compare_outputs(found));
        if !differences.is_empty() && !is_deterministic(self.run) {
            differences.push(
                "(it was granted what is not the same twice: a real clock, real random numbers, \
                 the network, other folders or environment variables)"
                    .to_owned(),
            );
        }
        differences
    }

    fn compare_changes(&self, found: &Self, same_start: bool) -> Vec<String> {
        let by_path = |hook: &Self| -> BTreeMap<String, FileChange> {
            let mut changes: Vec<FileChange> = hook.changes.to_vec();
            if !same_start {
                changes.retain(|change| change.change != FileChangeKind::Removed);
                changes.iter_mut().for_each(|change| change.change = FileChangeKind::Changed);
            }
            changes.into_iter().map(|change| (change.path.clone(), change)).collect()
        };
        let (before, after) = (by_path(self), by_path(found));
        let mut differences = Vec::new();
        for (path, change) in &before {
            match after.get(path) {
                None => differences.push(format!("`{path}` was not {}", verb(change.change))),
                Some(other) if other.change != change.change => differences.push(format!(
                    "`{path}` was {}, not {}",
                    verb(other.change),
                    verb(change.change)
                )),
                Some(other) if other.after != change.after => {
                    differences.push(format!("`{path}` has another content"));
                }
                Some(_) => {}
            }
        }
        for (path, change) in after.iter().filter(|(path, _)| !before.contains_key(*path)) {
            differences.push(format!("`{path}` was {}, unlike then", verb(change.change)));
        }
        let more = differences.len().saturating_sub(MAX_NAMED_FILES);
        if more > 0 {
            differences.truncate(MAX_NAMED_FILES);
            differences.push(format!("and {more} files more"));
        }
        differences
    }

    fn compare_outputs(&self, found: &Self) -> Vec<String> {
        let by_name = |hook: &Self| -> BTreeMap<String, OutputValue> {
            let outputs = hook.outputs.iter();
            outputs.map(|output| (output.name.to_lowercase(), output.value.clone())).collect()
        };
        let (before, after) = (by_name(self), by_name(found));
        let mut differences = Vec::new();
        for (name, value) in &before {
            match after.get(name) {
                None => differences.push(format!("the output `{name}` was not set")),
                Some(other) if differs(value, other) => {
                    differences.push(format!("the output `{name}` has another value"));
                }
                Some(_) => {}
            }
        }
        let new = after.keys().filter(|name| !before.contains_key(*name));
        differences.extend(new.map(|name| format!("the output `{name}` was set, unlike then")));
        differences
    }
}

/// Sensitive values of two records are digested with two keys, and cannot be compared.
fn differs(one: &OutputValue, other: &OutputValue) -> bool {
    match (one, other) {
        (OutputValue::Sensitive(_), OutputValue::Sensitive(_)) => false,
        (one, other) => one != other,
    }
}

fn is_deterministic(run: &HookRun) -> bool {
    let grant = serde_json::from_value::<Grant>(run.grant.clone());
    grant.is_ok_and(|grant| grant.is_deterministic())
}

fn verb(what: FileChangeKind) -> &'static str {
    match what {
        FileChangeKind::Added => "added",
        FileChangeKind::Changed => "changed",
        FileChangeKind::Removed => "removed",
    }
}
