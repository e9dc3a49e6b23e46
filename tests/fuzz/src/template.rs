//! The `#{...}` language: any template, any values.

use cofferdam_octostache::{Limits, Options, Variables, parse_template};

use crate::memory::{Budget, within};
use crate::parts::{pairs, parts};
use crate::stack::as_in_wasm;

/// Small limits, so that they are met.
const LIMITS: Limits = Limits { max_output_bytes: 64 << 10, max_depth: 64, max_steps: 20_000 };

/// Output and intermediate texts up to the limit, a few compiled expressions, and the tree.
const BUDGET: Budget = Budget { fixed_bytes: 64 << 20, per_input_byte: 4096 };

/// A variable that only an input with these letters can name.
const HIDDEN: &str = "Qzx";

/// A template, then names and values.
pub fn evaluate(input: &str) {
    within(BUDGET, input.len(), || as_in_wasm(|| check(input)));
}

fn check(input: &str) {
    let mut parts = parts(input);
    let template = parts.next().unwrap_or_default();
    let mut variables = Variables::new();
    for (name, value) in pairs(parts) {
        variables.set(name, Some(value));
    }
    variables.set(HIDDEN, Some("hidden"));
    // What a hook put out: a literal, whatever it says.
    variables.set_literal("Out", "#{Qzx}");
    let may_name_it = input.to_ascii_lowercase().contains("qzx");
    for halt_on_error in [true, false] {
        let options = Options { halt_on_error, limits: LIMITS, trace: true, ..Options::default() };
        let Ok(evaluation) = variables.evaluate(template, &options) else { continue };
        let text = evaluation.text.unwrap_or_default();
        assert!(text.len() <= LIMITS.max_output_bytes.max(template.len()));
        let was_used = evaluation.used.iter().any(|name| name.eq_ignore_ascii_case(HIDDEN));
        assert!(may_name_it || !was_used, "a literal was evaluated");
    }
    // Printed as it is echoed where it cannot be resolved. Not always a template again: the
    // original drops the word `calc`, and so do we.
    if let Ok(parsed) = parse_template(template, &LIMITS) {
        assert!(parsed.to_string().len() <= MAX_ECHO_GROWTH * (template.len() + 1));
    }
}

/// What is echoed may have more white space and brackets than what was written.
const MAX_ECHO_GROWTH: usize = 8;
