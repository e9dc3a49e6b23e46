//! Where the keys and values of a properties file stand.
//!
//! The grammar is that of `java.util.Properties.load`: a logical line goes on after a backslash at the end of a line,
//! blanks at its start are passed over, `#` and `!` begin a comment, and the first `=`, `:` or blank that is not escaped ends
//! the key.

use std::ops::Range;

use super::escape;
use crate::SyntaxError;

/// One pair.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// With its escapes undone.
    pub(crate) key: String,
    /// Whether anything stands between key and value.
    pub(crate) separated: bool,
    /// As it is written, over all its lines; empty if there is none.
    pub(crate) value: Range<usize>,
}

/// The pairs of a text, in order.
///
/// # Errors
/// For an escape that is not valid, and for a backslash at the end of the file, as the original.
pub(crate) fn pairs(text: &str) -> Result<Vec<Pair>, SyntaxError> {
    let bytes = text.as_bytes();
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        at = skip(bytes, at, |byte| is_blank(byte) || is_break(byte));
        match bytes.get(at) {
            None => break,
            Some(b'#' | b'!') => at = skip(bytes, at, |byte| !is_break(byte)),
            Some(_) => {
                let pair = pair(text, at)?;
                at = pair.value.end;
                pairs.push(pair);
            }
        }
    }
    Ok(pairs)
}

fn pair(text: &str, start: usize) -> Result<Pair, SyntaxError> {
    let bytes = text.as_bytes();
    let key_end = scan(text, start, |byte| is_blank(byte) || matches!(byte, b'=' | b':'))?;
    let mut value_start = skip_blanks(bytes, key_end);
    if let Some(b'=' | b':') = bytes.get(value_start) {
        value_start = skip_blanks(bytes, value_start + 1);
    }
    let value_end = scan(text, value_start, |_| false)?;
    let key = escape::decode(text.get(start..key_end).unwrap_or_default());
    Ok(Pair { key, separated: value_start > key_end, value: value_start..value_end })
}

/// The end of a key or value: an unescaped byte that ends it, or the end of the logical line.
fn scan(text: &str, start: usize, ends: impl Fn(u8) -> bool) -> Result<usize, SyntaxError> {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied() {
        if is_break(byte) || ends(byte) {
            break;
        }
        if byte != b'\\' {
            at += 1;
            continue;
        }
        match bytes.get(at + 1) {
            None => return Err(SyntaxError::at(text, at, "the file ends after a backslash")),
            Some(b'\r') if bytes.get(at + 2) == Some(&b'\n') => at = skip(bytes, at + 3, is_blank),
            Some(b'\r' | b'\n') => at = skip(bytes, at + 2, is_blank),
            Some(b'u') => {
                let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
                if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
                    let message = "'\\u' must be followed by four hexadecimal digits";
                    return Err(SyntaxError::at(text, at, message));
                }
                at += 6;
            }
            Some(_) => at += 2,
        }
    }
    Ok(at)
}

/// Past blanks, also over the end of a line that goes on.
fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    loop {
        at = skip(bytes, at, is_blank);
        match bytes.get(at..) {
            Some([b'\\', b'\r', b'\n', ..]) => at += 3,
            Some([b'\\', b'\r' | b'\n', ..]) => at += 2,
            _ => return at,
        }
    }
}

fn skip(bytes: &[u8], at: usize, passed: impl Fn(u8) -> bool) -> usize {
    at + bytes.iter().skip(at).take_while(|byte| passed(**byte)).count()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_where_java_finds_them() {
        let text = "# c=1\n ! d\na=1\nb : 2\r\n c  x \\\n   y\nd\n\\u0065\\ f\\=g=h\\\\\n=i\nj\\\n  k=l\nm=\\\n  n\no= \\";
        let text = text.strip_suffix('\\').unwrap();
        let read: Vec<_> = pairs(text)
            .unwrap()
            .into_iter()
            .map(|pair| (pair.key, pair.separated, &text[pair.value]))
            .collect();
        let expected = [
            ("a", true, "1"),
            ("b", true, "2"),
            ("c", true, "x \\\n   y"),
            ("d", false, ""),
            ("e f=g", true, "h\\\\"),
            ("", true, "i"),
            ("jk", true, "l"),
            ("m", true, "n"),
            ("o", true, ""),
        ];
        assert_eq!(
            read,
            expected.map(|(key, separated, value)| (key.to_owned(), separated, value))
        );
    }

    #[test]
    fn errors_say_where() {
        for (text, message) in [
            (
                "a=1\nb=\\u00g1\n",
                "'\\u' must be followed by four hexadecimal digits at line 2, column 3",
            ),
            ("a=x\\", "the file ends after a backslash at line 1, column 4"),
            ("\\u12", "'\\u' must be followed by four hexadecimal digits at line 1, column 1"),
        ] {
            assert_eq!(pairs(text).unwrap_err().to_string(), message);
        }
    }
}
