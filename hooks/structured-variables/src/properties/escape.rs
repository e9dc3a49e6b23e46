//! The escapes of properties files.

use std::fmt::Write as _;

/// A key without its escapes and line ends; the text has been found valid before.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    // Two escapes may make one character, so the text is put together from UTF-16 units, as Java does.
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let decoded = match (character, rest.clone().next()) {
            ('\\', Some(escaped)) => {
                rest.next();
                match escaped {
                    'u' => {
                        let (digits, after) = rest.as_str().split_at_checked(4).unwrap_or_default();
                        rest = after.chars();
                        units.extend(u16::from_str_radix(digits, 16));
                        continue;
                    }
                    '\r' | '\n' => {
                        rest = rest.as_str().trim_start_matches(['\n', ' ', '\t', '\u{c}']).chars();
                        continue;
                    }
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    'f' => '\u{c}',
                    other => other,
                }
            }
            _ => character,
        };
        units.extend_from_slice(decoded.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16_lossy(&units)
}

/// A value with what must be escaped: a blank at its start, backslashes, ends of lines, tabs, and every unit from
/// U+00FF on, since readers may take the file for Latin-1.
pub(crate) fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for (index, unit) in value.encode_utf16().enumerate() {
        match u8::try_from(unit) {
            Ok(b' ') if index == 0 => encoded.push_str("\\ "),
            Ok(b'\\') => encoded.push_str("\\\\"),
            Ok(b'\r') => encoded.push_str("\\r"),
            Ok(b'\n') => encoded.push_str("\\n"),
            Ok(b'\t') => encoded.push_str("\\t"),
            Ok(byte) if byte != 0xFF => encoded.push(char::from(byte)),
            _ => {
                // Writing to a String does not fail.
                let _ = write!(encoded, "\\u{unit:04x}");
            }
        }
    }
    encoded
}
