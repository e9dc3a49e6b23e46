//! Writing a text as a plain or quoted scalar.

use std::fmt::Write as _;

use super::node::Style;

/// A text in the given style, or in the next one that can hold it: plain, single-quoted, double-quoted. For block
/// styles, which need lines of their own, double-quoted.
pub(crate) fn write(text: &str, style: Style, in_flow: bool) -> String {
    match style {
        Style::Plain if can_be_plain(text, in_flow) => text.to_owned(),
        Style::Plain | Style::SingleQuoted
            if text.chars().all(|c| is_printable(c) && c != '\n') =>
        {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => double_quoted(text),
    }
}

/// Whether a character may stand bare in YAML. More than the original allows, which escapes what is beyond 16 bits.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

/// Whether a text may stand without quotes: libyaml's analysis, which the original shares.
fn can_be_plain(text: &str, in_flow: bool) -> bool {
    let blank = |c: Option<char>| matches!(c, None | Some(' ' | '\t'));
    if blank(text.chars().next()) || blank(text.chars().next_back()) {
        return false;
    }
    if text.starts_with("---") || text.starts_with("...") {
        return false;
    }
    let mut previous = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let indicator = match (previous, character) {
            (
                None,
                '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
                | '@' | '`',
            ) => true,
            (None, '?' | ':') => in_flow || blank(next),
            (None, '-') => blank(next),
            (Some(_), ',' | '?' | '[' | ']' | '{' | '}') => in_flow,
            (Some(_), ':') => in_flow || blank(next),
            (Some(before), '#') => blank(Some(before)),
            _ => false,
        };
        if indicator || character == '\n' || !is_printable(character) {
            return false;
        }
        previous = Some(character);
    }
    true
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\0' => quoted.push_str("\\0"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\u{1b}' => quoted.push_str("\\e"),
            '\u{85}' => quoted.push_str("\\N"),
            '\u{2028}' => quoted.push_str("\\L"),
            '\u{2029}' => quoted.push_str("\\P"),
            bare if is_printable(bare) => quoted.push(bare),
            other => {
                // Writing to a String does not fail; all that is not printable has at most 16 bits.
                let _ = write!(quoted, "\\u{:04X}", u32::from(other));
            }
        }
    }
    quoted.push('"');
    quoted
}
