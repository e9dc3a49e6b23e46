//! `TextDiff`: what a hook changed in a text, as people read it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use similar::TextDiff as Lines;

/// Files longer than this are compared by digest only: nobody reads the difference of two long files,
/// and their earlier contents are kept beside the rehearsal.
pub(super) const MAX_DIFFED_FILE_BYTES: u64 = 1024 * 1024;

/// A difference longer than this is cut off.
const MAX_DIFF_BYTES: usize = 64 * 1024;

/// Unchanged lines around a change, as `diff -u` shows.
const CONTEXT_LINES: usize = 3;

/// Texts that have little in common take long to compare exactly; after this, roughly will do.
const DEADLINE: Duration = Duration::from_millis(500);

/// What a hook changed in a text file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TextDiff {
    /// Hunks in the unified form, `@@ ... @@` first, sensitive values masked. Empty: the texts
    /// differ in sensitive values only.
    pub hunks: String,
    /// Whether the rest was cut off.
    pub cut: bool,
}

impl TextDiff {
    /// The difference of two contents; `None` if one of them is no text. `mask` is applied to both
    /// before they are compared: a secret that spans lines cannot be found in a difference.
    pub(super) fn of(
        before: &[u8],
        after: &[u8],
        mask: &mut dyn FnMut(&str) -> String,
    ) -> Option<Self> {
        let (before, after) = (mask(text(before)?), mask(text(after)?));
        let lines = Lines::configure().timeout(DEADLINE).diff_lines(&before, &after);
        let mut unified = lines.unified_diff();
        let mut hunks = unified.context_radius(CONTEXT_LINES).to_string();
        let cut = hunks.len() > MAX_DIFF_BYTES;
        if cut {
            let mut end = MAX_DIFF_BYTES;
            while !hunks.is_char_boundary(end) {
                end -= 1;
            }
            end = hunks[..end].rfind('\n').map_or(end, |newline| newline + 1);
            hunks.truncate(end);
        }
        Some(Self { hunks, cut })
    }
}

/// UTF-8 without zero bytes.
fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> Option<TextDiff> {
        let mut mask = |text: &str| text.replace("hunter2", "***").replace("secr\net", "***");
        TextDiff::of(before.as_bytes(), after.as_bytes(), &mut mask)
    }

    #[test]
    fn texts_are_compared_line_by_line() {
        let found = diff("a\nb\nc\n", "a\nB\nc\n").unwrap();
        assert_eq!(found.hunks, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
        assert!(!found.cut);
    }

    #[test]
    fn secrets_are_masked_also_when_they_span_lines() {
        let found = diff("x\n", "x\nhunter2\nsecr\net\n").unwrap();
        assert_eq!(found.hunks, "@@ -1 +1,3 @@\n x\n+***\n+***\n");
        assert_eq!(diff("hunter2", "secr\net").unwrap().hunks, "");
    }

    #[test]
    fn what_is_no_text_has_no_diff() {
        assert_eq!(diff("a", "\0"), None);
        assert_eq!(TextDiff::of(b"a", &[0xff], &mut |text| text.to_owned()), None);
    }

    #[test]
    fn a_long_difference_is_cut_at_a_line() {
        let after: String = (0..20_000).map(|number| format!("{number}\n")).collect();
        let found = diff("", &after).unwrap();
        assert!(found.cut && found.hunks.len() <= MAX_DIFF_BYTES && found.hunks.ends_with('\n'));
    }
}
