//! Structured configuration variables: any text in each format, any names and values.

use cofferdam_hook_structured_variables::{Failure, Format, Names, apply, replace_text};
use cofferdam_octostache::Variables;

use crate::memory::{Budget, within};
use crate::parts::{pairs, parts};
use crate::stack::as_in_wasm;

const BUDGET: Budget = Budget { fixed_bytes: 8 << 20, per_input_byte: 4096 };

/// A text, then names and values of variables, which are literals.
pub fn replace(format: Format, input: &str) {
    within(BUDGET, input.len(), || as_in_wasm(|| check(format, input)));
}

fn check(format: Format, input: &str) {
    let mut parts = parts(input);
    let text = parts.next().unwrap_or_default();
    let none = Variables::new();
    if let Ok(unchanged) = replaced(format, text, &none) {
        assert_eq!(unchanged, text, "without variables");
    }
    let mut variables = Variables::new();
    for (name, value) in pairs(parts) {
        variables.set_literal(name, value);
    }
    let Ok(after) = replaced(format, text, &variables) else { return };
    // Whatever the values are, the file can be read again.
    if let Err(error) = replaced(format, &after, &none) {
        panic!("{format:?}: {error}\nbefore: {text:?}\nafter: {after:?}");
    }
}

fn replaced(format: Format, text: &str, variables: &Variables) -> Result<String, Failure> {
    let edits = replace_text(format, text, &mut Names::new(variables), &mut Vec::new())?;
    let mut done = 0;
    for edit in &edits {
        assert!(done <= edit.range.start && edit.range.start <= edit.range.end, "{edits:?}");
        assert!(text.get(edit.range.clone()).is_some(), "{edits:?}");
        done = edit.range.end;
    }
    Ok(apply(text, &edits))
}
