//! Text from packages and hooks, made harmless for terminals.

use std::borrow::Cow;

use cofferdam_redteam::Control;

use crate::test_controls;

/// Replaces everything that could move the cursor, set a title, hide text or reorder it by a
/// visible escape: control characters (tab excepted), Unicode bidirectional controls and
/// invisible format characters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) || test_controls::is_without(Control::Escaping) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\u{1b}' => safe.push_str("\\e"),
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            c if is_dangerous(c) => safe.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

fn is_dangerous(c: char) -> bool {
    let invisible = matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    (c.is_control() && c != '\t') || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(printable("Grüße,\tWelt 日本"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_become_visible() {
        assert_eq!(printable("\u{1b}]0;owned\u{7}"), "\\e]0;owned\\u{7}");
        assert_eq!(printable("a\rb\u{9b}2J"), "a\\rb\\u{9b}2J");
        assert_eq!(printable("exe\u{202e}gpj"), "exe\\u{202e}gpj");
    }
}
