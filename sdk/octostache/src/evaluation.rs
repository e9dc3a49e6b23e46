//! What one evaluation gives back.

use std::collections::BTreeSet;

/// What one evaluation gives back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Evaluation {
    /// The text, or `None` where a `null` filter said so.
    pub text: Option<String>,
    /// The tokens that could not be evaluated, as they are echoed in `text`; distinct, in the order found.
    pub missing: Vec<String>,
    /// What Octopus reports for this evaluation, to the letter: a parse failure or the list of
    /// missing tokens. `None` where all went well.
    pub error: Option<String>,
    /// The names, as defined, of all variables whose values were read anywhere on the way.
    pub used: BTreeSet<String>,
    /// What was done, in order; empty unless [`Options::trace`](crate::Options::trace) is set.
    pub trace: Vec<Step>,
}

/// One thing that happened during an evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// How deep inside variable references and blocks this happened; 0 is the template itself.
    pub depth: usize,
    /// The expression, in canonical form.
    pub expression: String,
    /// Where its value came from, in words for people.
    pub source: String,
    /// What it evaluated to; `None` if it could not be evaluated.
    pub value: Option<String>,
}
