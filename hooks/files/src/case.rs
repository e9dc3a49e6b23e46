//! Comparing names as .NET does when it ignores case.

/// A text with each character in upper case, where that is one character: two names are the same ignoring case if
/// and only if these are equal.
#[must_use]
pub fn fold_case(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { text.chars().map(upper).collect() }
}

/// A character in upper case, itself if that would be several.
pub(crate) fn upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}
