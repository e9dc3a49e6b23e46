//! Which characters make names, words and white space.

use unicode_general_category::{GeneralCategory, get_general_category};

/// Letters, decimal digits and a few signs. .NET looks at UTF-16 units, so what lies beyond the
/// basic plane is never part of a name.
fn is_name_character(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric()
            || matches!(c, '_' | '-' | ':' | '/' | '~' | '(' | ')' | '@');
    }
    c.len_utf16() == 1
        && matches!(
            get_general_category(c),
            GeneralCategory::UppercaseLetter
                | GeneralCategory::LowercaseLetter
                | GeneralCategory::TitlecaseLetter
                | GeneralCategory::ModifierLetter
                | GeneralCategory::OtherLetter
                | GeneralCategory::DecimalNumber
        )
}

/// The white space of the language: .NET's `Char.IsWhiteSpace`.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// The offset of the first character at or after `at` that is no white space.
pub(super) fn skip_space(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(is_space).len()
}

/// The end of the name that starts at `at`; `at` itself if there is none. White space belongs
/// to a name, except right before `in`, `==` or `!=` with white space behind.
pub(super) fn name_end(text: &str, at: usize) -> usize {
    for (offset, c) in text[at..].char_indices() {
        let space = is_space(c);
        if !(space || is_name_character(c)) || (space && keyword_follows(&text[at + offset..])) {
            return at + offset;
        }
    }
    text.len()
}

/// Whether the white space character that `text` starts with is followed by a keyword.
fn keyword_follows(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next();
    let behind = characters.as_str();
    ["in", "==", "!="]
        .iter()
        .any(|keyword| behind.strip_prefix(keyword).is_some_and(|rest| rest.starts_with(is_space)))
}

/// The end of the bare word (a name without white space) that starts at `at`.
pub(super) fn word_end(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(is_name_character).len()
}
