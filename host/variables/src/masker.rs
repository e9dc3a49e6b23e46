//! `Masker`: replaces sensitive values in a text by `***`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::mask_forms::forms_of;
use crate::{MaskedStream, Value};

/// What stands in the place of a sensitive value.
pub const MASK: &str = "***";

/// Replaces sensitive values in texts by [`MASK`], in all the forms that the crate's documentation
/// lists: as they are, Base64, hexadecimal, URL-encoded, JSON-escaped, and line by line.
///
/// It is a second net. The first is that a hook gets only the sensitive values it was granted;
/// whoever has a value can also spell it backwards.
#[derive(Clone, Default)]
pub struct Masker {
    /// Sorted and distinct.
    forms: Vec<String>,
    matcher: Option<AhoCorasick>,
}

impl Masker {
    /// A masker for those of `values` that are sensitive.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut masker = Self::default();
        masker.add(values);
        masker
    }

    /// Masks these as well from now on; those that are not sensitive are passed over.
    pub fn add<'a>(&mut self, values: impl IntoIterator<Item = &'a Value>) {
        let before = self.forms.len();
        let sensitive = values.into_iter().filter(|value| value.is_sensitive());
        self.forms.extend(sensitive.filter_map(Value::expose).flat_map(forms_of));
        if self.forms.len() == before {
            return;
        }
        self.forms.sort_unstable();
        self.forms.dedup();
        #[expect(
            clippy::expect_used,
            reason = "building fails only beyond 2^31 states, which is more text than variables may hold"
        )]
        let matcher = AhoCorasick::new(&self.forms).expect("fewer than 2^31 states");
        self.matcher = Some(matcher);
    }

    /// The text with every sensitive value replaced. Values that overlap are replaced together.
    #[must_use]
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let ranges = self.sensitive_ranges(text);
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for range in ranges {
            masked.push_str(&text[done..range.start]);
            masked.push_str(MASK);
            done = range.end;
        }
        masked.push_str(&text[done..]);
        Cow::Owned(masked)
    }

    /// The beginning of a text whose rest was cut off, masked; what could be the beginning of a
    /// sensitive value that was cut in two is left out.
    #[must_use]
    pub fn mask_cut(&self, beginning: &str) -> String {
        // A character that was cut in two was replaced by this one.
        self.stream().push(beginning.trim_end_matches(char::REPLACEMENT_CHARACTER))
    }

    /// A masker of a text that arrives in pieces.
    #[must_use]
    pub fn stream(&self) -> MaskedStream<'_> {
        MaskedStream::new(self)
    }

    /// Whether there is nothing to mask.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Where sensitive values stand in `text`: ascending, overlapping ones merged.
    pub(crate) fn sensitive_ranges(&self, text: &str) -> Vec<Range<usize>> {
        let Some(matcher) = &self.matcher else { return Vec::new() };
        let mut ranges: Vec<Range<usize>> =
            matcher.find_overlapping_iter(text).map(|found| found.range()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }

    /// The length of the longest end of `text` with which a sensitive value may begin.
    pub(crate) fn unfinished_bytes(&self, text: &str) -> usize {
        let longest = self.forms.iter().map(String::len).max().unwrap_or(0);
        let first = text.len().saturating_sub(longest.saturating_sub(1));
        (first..text.len())
            .filter(|start| text.is_char_boundary(*start))
            .find(|start| self.may_begin_with(&text[*start..]))
            .map_or(0, |start| text.len() - start)
    }

    fn may_begin_with(&self, beginning: &str) -> bool {
        let next = self.forms.partition_point(|form| form.as_str() < beginning);
        // A form equal to the text is complete; one that goes on after it sorts behind.
        self.forms[next..]
            .iter()
            .take(2)
            .any(|form| form.len() > beginning.len() && form.starts_with(beginning))
    }
}

impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masker({} forms)", self.forms.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masker(secrets: &[&str]) -> Masker {
        let values: Vec<_> = secrets.iter().map(|secret| Value::sensitive(*secret)).collect();
        Masker::new(&values)
    }

    #[test]
    fn masks_values_and_leaves_the_rest_untouched() {
        let masker = masker(&["hunter2", "s3cr3t key"]);
        assert_eq!(masker.mask("pw=hunter2!"), "pw=***!");
        assert_eq!(masker.mask("?k=s3cr3t%20key&p=aHVudGVyMg=="), "?k=***&p=***");
        assert!(matches!(masker.mask("nothing here"), Cow::Borrowed(_)));
    }

    #[test]
    fn overlapping_values_leave_no_rest() {
        let masker = masker(&["abcdef", "defghi", "abcd"]);
        assert_eq!(masker.mask("<abcdefghi>"), "<***>");
        assert_eq!(masker.mask("<abcde>"), "<***e>");
    }

    #[test]
    fn plain_values_are_not_masked() {
        let masker = Masker::new(&[Value::plain("hunter2"), Value::null()]);
        assert!(masker.is_empty());
        assert_eq!(masker.mask("hunter2"), "hunter2");
    }

    #[test]
    fn lines_of_a_longer_value_are_masked_by_themselves() {
        let masker = masker(&["-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n"]);
        assert_eq!(masker.mask("line: MIIEvQIBADANBg"), "line: ***");
    }
}
