//! From answers to the terms of a grant, with the reasons for each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use cofferdam_capability::{
    Access, AddressRange, ClockSource, ExtraFolder, GrantTerms, HttpRule, Origin, RandomSource,
    Reason, VariableGrant,
};

use crate::answer::Answer;
use crate::policy::Policy;
use crate::question::Question;
use crate::reasons::reasons_of_answers;
use crate::{Context, HookFacts, Refusal, Wanted};

/// What the answers amount to.
pub(crate) struct Assembled {
    pub(crate) terms: GrantTerms,
    pub(crate) reasons: Vec<Reason>,
    /// What policy permits but cannot be given.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Something that policy permits but that cannot be given.
pub(crate) struct LeftOut {
    pub(crate) what: Wanted,
    why: String,
}

impl LeftOut {
    pub(crate) fn refusal(&self, hook: &HookFacts) -> Refusal {
        Refusal {
            statement: None,
            asked: format!("the {} hook `{}` all that it wants", hook.origin, hook.name),
            why: self.why.clone(),
            smallest_permit: None,
        }
    }
}

/// Puts together what was answered with yes.
pub(crate) fn assemble(
    policy: &Policy,
    hook: &HookFacts,
    context: &Context,
    answers: &BTreeMap<&Question, Answer>,
) -> Assembled {
    let mut terms = GrantTerms::default();
    let mut left_out = Vec::new();
    let mut folders: BTreeMap<&str, Vec<&Answer>> = BTreeMap::new();
    let mut http: BTreeMap<(&Origin, BTreeSet<AddressRange>), Vec<String>> = BTreeMap::new();
    let defined: BTreeSet<&str> =
        context.variables.iter().map(|variable| variable.name.as_str()).collect();
    for answer in answers.values().filter(|answer| answer.allowed) {
        match &answer.question {
            Question::DeployPackage | Question::RunHook | Question::SetLimits => {}
            // Wanted, but nobody defined it: there is nothing to grant yet.
            Question::Variable { name, .. } if !defined.contains(name.as_str()) => {}
            Question::Variable { name, sensitive } => {
                terms.variables.push(VariableGrant { name: name.clone(), sensitive: *sensitive });
            }
            Question::Folder { host, .. } => folders.entry(host).or_default().push(answer),
            Question::Http { origin, method } => {
                let to = (origin, addresses(policy, answer));
                http.entry(to).or_default().push(method.clone());
            }
            Question::Tcp(endpoint) => left_out.push(LeftOut {
                what: Wanted::Tcp(endpoint.clone()),
                why: "this version of Cofferdam opens no TCP connections for hooks".to_owned(),
            }),
            Question::Action { name } => left_out.push(LeftOut {
                what: Wanted::Action { name: name.clone() },
                why: "this version of Cofferdam carries out no host actions".to_owned(),
            }),
            Question::Environment { name } => terms.environment.push(name.clone()),
            Question::RealClock => terms.clock = ClockSource::Real,
            Question::RealRandom => terms.random = RandomSource::Real,
        }
    }
    terms.http = http
        .into_iter()
        .map(|((origin, addresses), methods)| HttpRule {
            origin: origin.clone(),
            methods,
            addresses: addresses.into_iter().collect(),
        })
        .collect();
    for (host, answers) in folders {
        let Some(folder) = folder(policy, hook, host, &answers) else { continue };
        match terms.folders.iter().find(|other| other.guest == folder.guest) {
            Some(other) => left_out.push(LeftOut {
                why: format!(
                    "it would see both `{host}` and `{}` at `{}`; give one of them another place \
                     with `guest`",
                    other.host.display(),
                    folder.guest
                ),
                what: wanted_folder(hook, host).unwrap_or(Wanted::Folder {
                    host: folder.host,
                    guest: None,
                    access: folder.access,
                }),
            }),
            None => terms.folders.push(folder),
        }
    }
    let mut reasons = reasons_of_answers(policy, answers.values());
    reasons.extend(set_limits(policy, answers, &mut terms));
    Assembled { terms, reasons, left_out }
}

/// Where the origin may lead that was asked about: all that the permits name.
fn addresses(policy: &Policy, answer: &Answer) -> BTreeSet<AddressRange> {
    let positions = answer.positions.iter();
    positions.flat_map(|position| &policy.statements()[*position].addresses).copied().collect()
}

fn wanted_folder(hook: &HookFacts, path: &str) -> Option<Wanted> {
    let mut wants = hook.wants.iter().map(|want| &want.what);
    wants
        .find(|what| matches!(what, Wanted::Folder { host, .. } if host.to_str() == Some(path)))
        .cloned()
}

/// A folder as it is granted; none when it may be written to but not read.
fn folder(
    policy: &Policy,
    hook: &HookFacts,
    host: &str,
    answers: &[&Answer],
) -> Option<ExtraFolder> {
    let allows = |wanted: Access| {
        answers.iter().any(|answer| {
            matches!(&answer.question, Question::Folder { access, .. } if *access == wanted)
        })
    };
    if !allows(Access::ReadOnly) {
        return None;
    }
    let access = if allows(Access::ReadWrite) { Access::ReadWrite } else { Access::ReadOnly };
    let wanted_place = match wanted_folder(hook, host) {
        Some(Wanted::Folder { guest, .. }) => guest,
        _ => None,
    };
    let positions = answers.iter().flat_map(|answer| &answer.positions);
    let place_in_policy =
        positions.filter_map(|position| policy.statements()[*position].guest.clone()).next();
    let guest = wanted_place.or(place_in_policy).unwrap_or_else(|| host.to_owned());
    Some(ExtraFolder { host: PathBuf::from(host), guest, access })
}

/// Sets the limits and the use of the enclosure: the tightest of all statements that name it, the
/// default when none does.
fn set_limits(
    policy: &Policy,
    answers: &BTreeMap<&Question, Answer>,
    terms: &mut GrantTerms,
) -> Vec<Reason> {
    let positions: BTreeSet<usize> = [Question::RunHook, Question::SetLimits]
        .iter()
        .filter_map(|question| answers.get(question))
        .filter(|answer| answer.allowed)
        .flat_map(|answer| answer.positions.iter().copied())
        .collect();
    let mut tightest = BTreeMap::new();
    let mut reasons = Vec::new();
    for statement in positions.iter().map(|position| &policy.statements()[*position]) {
        for (limit, value) in &statement.limits {
            let best = tightest.entry(*limit).or_insert((*value, statement));
            if *value < best.0 {
                *best = (*value, statement);
            }
        }
        if statement.enclosure == Some(Access::ReadOnly) && terms.enclosure != Access::ReadOnly {
            terms.enclosure = Access::ReadOnly;
            reasons.push(Reason {
                statement: statement.id.clone(),
                text: "lets it read its enclosure, not write to it".to_owned(),
            });
        }
    }
    for (limit, (value, statement)) in tightest {
        terms.limits.set(limit, value);
        let value = limit.format_value(value);
        let because = statement.reason.as_ref().map(|reason| format!(" ({reason})"));
        reasons.push(Reason {
            statement: statement.id.clone(),
            text: format!("sets the limit `{limit}` to {value}{}", because.unwrap_or_default()),
        });
    }
    reasons
}
