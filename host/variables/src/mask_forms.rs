//! The forms in which a sensitive value may appear in a text: what a [`Masker`](crate::Masker) looks for.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Values shorter than this are not masked: `1` or `on` would blacken every log, and three characters
/// keep no secret.
pub const MIN_MASKED_CHARS: usize = 4;

/// Of a value of several lines (a private key), each line of at least this length is masked by itself
/// as well, because logs travel line by line.
pub const MIN_MASKED_LINE_CHARS: usize = 8;

/// All forms of one value: as it is, its longer lines, Base64 (wherever it starts in the encoded text,
/// and with the URL-safe alphabet), hexadecimal, URL-encoded, JSON-escaped.
pub(crate) fn forms_of(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let trimmed = secret.trim();
    for text in [secret, trimmed] {
        if text.chars().count() >= MIN_MASKED_CHARS {
            add_encodings(text, &mut forms);
        }
    }
    if trimmed.contains(['\n', '\r']) {
        let lines = trimmed.split(['\n', '\r']).map(str::trim);
        for line in lines.filter(|line| line.chars().count() >= MIN_MASKED_LINE_CHARS) {
            add_encodings(line, &mut forms);
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn add_encodings(text: &str, forms: &mut Vec<String>) {
    forms.push(text.to_owned());
    add_base64(text.as_bytes(), forms);
    let hex = |upper: bool| {
        let digit = |byte: &u8| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        text.as_bytes().iter().map(digit).collect::<String>()
    };
    forms.extend([hex(false), hex(true)]);
    forms.extend([url_encoded(text, false, false), url_encoded(text, true, false)]);
    forms.extend([url_encoded(text, false, true), url_encoded(text, true, true)]);
    forms.extend(json_escaped(text));
}

/// The characters of the Base64 text that depend on `bytes` alone, for each of the three ways in
/// which they may lie in what was encoded, and the whole text for when they are all of it.
fn add_base64(bytes: &[u8], forms: &mut Vec<String>) {
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        let whole = engine.encode(bytes);
        let padding = "=".repeat(whole.len().next_multiple_of(4) - whole.len());
        forms.push(format!("{whole}{padding}"));
        forms.push(whole);
        for bytes_before in 0..3 {
            let mut shifted = vec![0; bytes_before];
            shifted.extend_from_slice(bytes);
            let text = engine.encode(&shifted);
            // A character holds 6 bits: leave out those that share bits with what is around.
            let first = (bytes_before * 8).div_ceil(6);
            let end = shifted.len() * 8 / 6;
            if let Some(own) = text.get(first..end).filter(|own| own.len() >= MIN_MASKED_CHARS) {
                forms.push(own.to_owned());
            }
        }
    }
}

fn url_encoded(text: &str, lower_hex: bool, plus_for_space: bool) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            b' ' if plus_for_space => encoded.push('+'),
            _ if lower_hex => encoded.push_str(&format!("%{byte:02x}")),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// As JSON writers do it: the escapes that are required, and those with `/` and non-ASCII escaped too.
fn json_escaped(text: &str) -> [String; 2] {
    let quoted = serde_json::Value::from(text).to_string();
    let required = quoted[1..quoted.len() - 1].to_owned();
    let mut all = String::with_capacity(required.len());
    for character in required.chars() {
        match character {
            '/' => all.push_str("\\/"),
            character if character.is_ascii() => all.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    all.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    [required, all]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_have_no_forms() {
        assert!(forms_of("abc").is_empty());
        assert!(!forms_of("abcd").is_empty());
    }

    #[test]
    fn base64_is_found_wherever_it_starts_in_the_encoded_text() {
        let secret = "correct horse";
        let forms = forms_of(secret);
        for prefix in ["", "u", "us", "use", "user:"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{prefix}{secret}:more"));
            assert!(forms.iter().any(|form| encoded.contains(form.as_str())), "{prefix}");
        }
    }

    #[test]
    fn encodings_of_special_characters() {
        let forms = forms_of("a b/\"é");
        for expected in ["a%20b%2F%22%C3%A9", "a+b%2f%22%c3%a9", r#"a b/\"é"#, r#"a b\/\"\u00e9"#]
        {
            assert!(forms.iter().any(|form| form == expected), "{expected} in {forms:?}");
        }
    }
}
