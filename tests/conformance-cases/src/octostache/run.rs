//! Running a case.

use cofferdam_octostache::{
    Culture, CustomFilters, Error, Limits, Options, Variables, argument_names, parse_template,
    parse_template_leniently,
};
use serde_json::{Value, json};

use super::case::{Case, Operation};
use super::outcome::Outcome;

/// Runs a case. It needs no file, no thread and no clock but the one it is about.
#[must_use]
pub fn run(case: &Case) -> Outcome {
    match result(case) {
        Ok((value, error)) => Outcome::Returned { value, error },
        Err(error) => {
            Outcome::Stopped { exception: exception(&error).to_owned(), message: error.to_string() }
        }
    }
}

fn result(case: &Case) -> Result<(Value, Option<String>), Error> {
    let variables: Variables =
        case.variables.iter().map(|(name, value)| (name, value.as_str())).collect();
    let text = case.template.as_deref().unwrap_or_default();
    let plain = |value: Value| Ok((value, None));
    match case.operation {
        Operation::Evaluate => evaluated(&variables, text, &options(case)),
        Operation::Truthy => plain(json!(variables.evaluate_truthy(text)?)),
        Operation::Get => match variables.get_raw(text) {
            Some(raw) => evaluated(&variables, raw, &options(case)),
            None => plain(case.default.clone().unwrap_or_default()),
        },
        Operation::GetRaw => plain(json!(variables.get_raw(text))),
        Operation::GetFlag => {
            let default = case.default.as_ref().and_then(Value::as_bool).unwrap_or(false);
            plain(json!(variables.get_flag(text, default)?))
        }
        Operation::GetInt32 => plain(json!(variables.get_int32(text)?)),
        Operation::GetStrings => {
            let separators: Vec<char> = case.separators.as_deref().unwrap_or(",").chars().collect();
            plain(json!(variables.get_strings(text, &separators)?))
        }
        Operation::GetPaths => plain(json!(variables.get_paths(text)?)),
        Operation::GetIndexes => plain(json!(variables.get_indexes(text)?)),
        Operation::GetNames => plain(json!(variables.names().collect::<Vec<_>>())),
        Operation::Require => plain(json!(variables.require(text)?)),
        Operation::Parse => parsed(text, case.halt_on_error.unwrap_or(true)),
        Operation::ArgumentNames => plain(json!(argument_names(text)?)),
        Operation::SaveAsString => plain(json!(variables.save_as_string())),
    }
}

fn evaluated(
    variables: &Variables,
    text: &str,
    options: &Options,
) -> Result<(Value, Option<String>), Error> {
    let evaluation = variables.evaluate(text, options)?;
    Ok((json!(evaluation.text), evaluation.error))
}

fn parsed(text: &str, halt_on_error: bool) -> Result<(Value, Option<String>), Error> {
    let limits = Limits::default();
    if !halt_on_error {
        return Ok((json!(parse_template_leniently(text, &limits)?.to_string()), None));
    }
    match parse_template(text, &limits) {
        Ok(template) => Ok((json!(template.to_string()), None)),
        Err(Error::Parse { message, .. }) => Ok((Value::Null, Some(message))),
        Err(error) => Err(error),
    }
}

fn options(case: &Case) -> Options {
    let halt_on_error = case.halt_on_error.unwrap_or(true);
    let mut options = Options { halt_on_error, ..Options::default() };
    if case.culture.as_deref() == Some("en-US") {
        options.culture = Culture::EnglishUnitedStates;
    }
    if case.extension.is_some() {
        register_extensions(&mut options.custom_filters);
    }
    options
}

/// The filters that upstream's tests register.
fn register_extensions(filters: &mut CustomFilters) {
    filters.add("testFunc", |argument, options| {
        argument.filter(|_| options.is_empty()).map(str::to_lowercase)
    });
    filters.add("supercoolfunc", |argument, _| {
        let places = argument?.chars().map(|c| {
            let place = u32::from(c.to_ascii_uppercase()).wrapping_sub(u32::from('A'));
            place.wrapping_add(1).to_string()
        });
        Some(places.collect::<Vec<_>>().join("-"))
    });
}

/// What the original throws where ours stops.
fn exception(error: &Error) -> &'static str {
    match error {
        Error::Recursion { .. } => "Octostache.Templates.RecursiveDefinitionException",
        Error::NameWithSymbolIndex { .. } => "System.NotImplementedException",
        Error::Parse { .. } => "Sprache.ParseException",
        Error::NegativeJsonIndex { .. }
        | Error::SubstringOverflow { .. }
        | Error::Required { .. }
        | Error::BlankCollection => "System.ArgumentOutOfRangeException",
        Error::JsonIntegerTooLarge { .. } => "System.InvalidCastException",
        Error::InvalidBase64 => "System.FormatException",
        Error::InvalidRegex { .. } => "System.Text.RegularExpressions.RegexParseException",
        Error::EmptyVersion | Error::InvalidVersion { .. } => "System.ArgumentException",
        Error::VersionOverflow { .. } => "System.OverflowException",
        Error::NotAPath { .. } => "System.Exception",
        _ => "(none: a limit of ours)",
    }
}
