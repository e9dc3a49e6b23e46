//! Replacing parts of a text: the rest stays byte for byte.

use std::ops::Range;

/// One replaced part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the text; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

/// What the variables do to a text.
#[derive(Debug, Default)]
pub(crate) struct Replacement {
    pub(crate) edits: Vec<Edit>,
    /// Whether any variable named a value, even if that could not be changed.
    pub(crate) found: bool,
}

/// The edits in order, without those inside another one: replacing the whole also replaces its parts.
pub(crate) fn outermost(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.range.start, std::cmp::Reverse(edit.range.end)));
    let mut end = 0;
    edits.retain(|edit| {
        let outside = edit.range.start >= end;
        end = end.max(edit.range.end);
        outside
    });
    edits
}

/// The text with the edits made, which are `outermost`.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut result = String::with_capacity(text.len() + added);
    let mut done = 0;
    for edit in edits {
        result.push_str(text.get(done..edit.range.start).unwrap_or_default());
        result.push_str(&edit.text);
        done = edit.range.end;
    }
    result.push_str(text.get(done..).unwrap_or_default());
    result
}
