//! Judging an outcome.

use std::collections::BTreeSet;

use fancy_regex::Regex;
use serde_json::Value;

use super::case::{Case, Operation};
use super::outcome::Outcome;
use crate::Difference;

/// The exceptions whose messages ours repeats to the letter.
const SAME_MESSAGES: [&str; 2] =
    ["Octostache.Templates.RecursiveDefinitionException", "Sprache.ParseException"];

/// Compares: texts, errors and lists exactly, argument names as a set, exceptions by class.
///
/// # Errors
/// The difference, if there is one.
pub fn compare(case: &Case, outcome: &Outcome) -> Result<(), Difference> {
    let difference = |expected: String| Difference { expected, actual: format!("{outcome:?}") };
    match outcome {
        Outcome::Stopped { exception, message } => {
            let expected = case.exception.as_deref().unwrap_or_default();
            let same_message = !SAME_MESSAGES.contains(&expected)
                || case.error_message.as_ref().is_none_or(|wanted| wanted == message);
            if case.throws && same_exception(expected, exception) && same_message {
                return Ok(());
            }
            Err(difference(expectation(case)))
        }
        Outcome::Returned { value, error } => {
            let same_error = match case.error {
                Some(true) => {
                    case.error_message.as_ref().is_none_or(|wanted| Some(wanted) == error.as_ref())
                        && error.is_some()
                }
                Some(false) => error.is_none(),
                None => true,
            };
            if !case.throws && same_value(case, value) && same_error {
                return Ok(());
            }
            Err(difference(expectation(case)))
        }
    }
}

/// A class, or one derived from it.
fn same_exception(expected: &str, actual: &str) -> bool {
    expected == actual
        || (expected == "System.ArgumentException"
            && actual == "System.Text.RegularExpressions.RegexParseException")
}

fn same_value(case: &Case, value: &Value) -> bool {
    if let Some(pattern) = &case.expected_regex {
        let text = value.as_str().unwrap_or_default();
        return Regex::new(pattern).is_ok_and(|regex| regex.is_match(text).unwrap_or(false));
    }
    let expected = case.expected.as_ref().unwrap_or(&Value::Null);
    if case.operation == Operation::ArgumentNames {
        let set = |value: &Value| -> BTreeSet<String> {
            value.as_array().into_iter().flatten().map(Value::to_string).collect()
        };
        return set(expected) == set(value);
    }
    expected == value
}

fn expectation(case: &Case) -> String {
    if case.throws {
        return format!("throws {:?}: {:?}", case.exception, case.error_message);
    }
    let value = match &case.expected_regex {
        Some(pattern) => format!("match of {pattern}"),
        None => case.expected.clone().unwrap_or_default().to_string(),
    };
    format!("{value}, error {:?} {:?}", case.error, case.error_message)
}
