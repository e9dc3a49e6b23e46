//! Service messages: what a hook prints for Cofferdam instead of for people.

use std::fmt::Write as _;

/// Prints `##octopus[name attribute="BASE64" ...]` on a line of its own.
pub(super) fn send(name: &str, attributes: &[(&str, &str)]) {
    println!("{}", format(name, attributes));
}

/// The text of a service message. Values are Base64, so that no value can end the message.
pub(super) fn format(name: &str, attributes: &[(&str, &str)]) -> String {
    let mut text = format!("##octopus[{name}");
    for (key, value) in attributes {
        // Writing into a `String` cannot fail.
        let _ = write!(text, " {key}=\"{}\"", base64(value.as_bytes()));
    }
    text.push(']');
    text
}

/// Base64 with padding, RFC 4648 section 4; a dozen lines spare every hook a dependency.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut padded = [0; 3];
        padded[..group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for digit in 0..4 {
            if digit > group.len() {
                text.push('=');
            } else {
                text.push(char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]));
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        // RFC 4648, section 10.
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn no_value_can_end_a_message() {
        let text = format("setVariable", &[("name", "a"), ("value", "\"]\n##octopus[x]")]);
        assert_eq!(text, "##octopus[setVariable name=\"YQ==\" value=\"Il0KIyNvY3RvcHVzW3hd\"]");
    }
}
