//! JSON strings: decoding what stands in a file, encoding what goes into one.

use std::borrow::Cow;
use std::fmt::Write as _;

/// What is wrong with a string, and how far from its opening quote.
pub(crate) struct Problem {
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// The characters of the string that `text` starts with, and the length of its text including both quotes.
pub(crate) fn decode(text: &str, quote: u8) -> Result<(Cow<'_, str>, usize), Problem> {
    let bytes = text.as_bytes();
    let special = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().position(|byte| *byte == quote || *byte == b'\\').map(|found| from + found)
    };
    let never_closed = || Problem { offset: 0, message: "this text is never closed".into() };
    let mut at = special(1).ok_or_else(never_closed)?;
    if bytes[at] == quote {
        return Ok((Cow::Borrowed(&text[1..at]), at + 1));
    }
    let mut decoded = String::new();
    let mut plain_from = 1;
    while bytes[at] != quote {
        decoded.push_str(&text[plain_from..at]);
        let (character, length) =
            escape(&text[at..]).map_err(|message| Problem { offset: at, message })?;
        decoded.push(character);
        plain_from = at + length;
        at = special(plain_from).ok_or_else(never_closed)?;
    }
    decoded.push_str(&text[plain_from..at]);
    Ok((Cow::Owned(decoded), at + 1))
}

/// The character of the escape that `text` starts with, and its length.
fn escape(text: &str) -> Result<(char, usize), String> {
    let kind = text.chars().nth(1).unwrap_or_default();
    let simple = match kind {
        '"' | '\'' | '\\' | '/' => kind,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(text),
        _ => return Err(format!("'\\{kind}' is not an escape")),
    };
    Ok((simple, 2))
}

/// A `\uXXXX`, or two of them that make one character. Half of a pair alone has no character: U+FFFD stands for it.
fn unicode_escape(text: &str) -> Result<(char, usize), String> {
    let unit = |from: usize| -> Option<u16> {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
        u16::from_str_radix(digits, 16).ok()
    };
    let first = unit(0).ok_or("'\\u' must be followed by four hexadecimal digits")?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Ok((character, 6));
    }
    let pair = unit(6).and_then(|second| char::decode_utf16([first, second]).next()?.ok());
    Ok(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |character| (character, 12)))
}

/// A text as a JSON string. Like the original, escapes what would end a line and nothing else that may stand bare.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + 2);
    encoded.push('"');
    for character in text.chars() {
        match character {
            '"' => encoded.push_str("\\\""),
            '\\' => encoded.push_str("\\\\"),
            '\n' => encoded.push_str("\\n"),
            '\r' => encoded.push_str("\\r"),
            '\t' => encoded.push_str("\\t"),
            '\u{8}' => encoded.push_str("\\b"),
            '\u{c}' => encoded.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a String does not fail.
                let _ = write!(encoded, "\\u{:04x}", u32::from(character));
            }
            _ => encoded.push(character),
        }
    }
    encoded.push('"');
    encoded
}
