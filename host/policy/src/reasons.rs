//! Puts into words what each statement had to do with a grant.

use std::collections::BTreeMap;

use cofferdam_capability::Reason;

use crate::answer::Answer;
use crate::policy::Policy;
use crate::question::Question;

/// How many variables of one statement are named in a reason; the rest are counted.
const MOST_NAMED_VARIABLES: usize = 5;

/// One reason for each statement that permitted something, and for each that failed.
pub(crate) fn reasons_of_answers<'a>(
    policy: &Policy,
    answers: impl IntoIterator<Item = &'a Answer>,
) -> Vec<Reason> {
    let mut permitted: BTreeMap<usize, Vec<&Question>> = BTreeMap::new();
    let mut failed: BTreeMap<(&str, &str), Vec<&Question>> = BTreeMap::new();
    for answer in answers {
        for reason in &answer.failed {
            failed.entry((&reason.statement, &reason.text)).or_default().push(&answer.question);
        }
        // That other limits may be set is no news; which ones are set is.
        if answer.allowed && answer.question != Question::SetLimits {
            for position in &answer.positions {
                permitted.entry(*position).or_default().push(&answer.question);
            }
        }
    }
    let permitted = permitted.into_iter().map(|(position, questions)| {
        let statement = &policy.statements()[position];
        let because = statement.reason.as_ref().map(|reason| format!(" ({reason})"));
        Reason {
            statement: statement.id.clone(),
            text: format!("lets it {}{}", list(&questions), because.unwrap_or_default()),
        }
    });
    let failed = failed.into_iter().map(|((statement, error), questions)| Reason {
        statement: statement.to_owned(),
        text: format!("cannot be evaluated, so it may not {}: {error}", list(&questions)),
    });
    permitted.chain(failed).collect()
}

/// "run, read the variables `A` and `B`, read the folder `/x`".
fn list(questions: &[&Question]) -> String {
    let mut parts = Vec::new();
    for wanted in [false, true] {
        let names: Vec<&str> = questions
            .iter()
            .filter_map(|question| match question {
                Question::Variable { name, sensitive } if *sensitive == wanted => {
                    Some(name.as_str())
                }
                _ => None,
            })
            .collect();
        if let Some(part) = list_variables(&names, wanted) {
            parts.push(part);
        }
    }
    let others = questions.iter().filter(|q| !matches!(q, Question::Variable { .. }));
    let mut all: Vec<String> = others.map(ToString::to_string).collect();
    all.append(&mut parts);
    all.join(", ")
}

fn list_variables(names: &[&str], sensitive: bool) -> Option<String> {
    let kind = if sensitive { "sensitive variable" } else { "variable" };
    let plural = if names.len() == 1 { "" } else { "s" };
    let shown: Vec<String> =
        names.iter().take(MOST_NAMED_VARIABLES).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(shown.len());
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("read the {kind}{plural} {}{rest}", shown.join(", ")))
}
