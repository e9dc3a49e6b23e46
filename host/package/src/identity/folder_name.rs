//! How folders are named after ids and versions.

use std::fmt::Write as _;

/// Characters that Octopus percent-encodes in folder names; `+` and `*` are kept.
const ENCODED: [char; 10] = ['%', '<', '>', ':', '"', '/', '\\', '|', '?', '@'];

/// Bytes of an id or version. Percent-encoding makes three bytes of one at most, and a file system takes 255;
/// what is longer when encoded is refused.
pub(crate) const MAX_BYTES: usize = 200;

/// The folder name for an id or version.
pub(crate) fn encode(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for char in text.chars() {
        if ENCODED.contains(&char) {
            // Writing to a `String` cannot fail.
            let _ = write!(name, "%{:02X}", u32::from(char));
        } else {
            name.push(char);
        }
    }
    name
}

/// The text that a folder name or a part of a cache file name stands for.
pub(crate) fn decode(name: &str) -> Option<String> {
    String::from_utf8(crate::percent::decode(name.as_bytes())).ok()
}

/// Whether the folder name of `text` is one ordinary path component on every system.
pub(crate) fn is_nameable(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_BYTES
        && encode(text).len() <= crate::limits::MAX_COMPONENT_BYTES
        && text.trim() == text
        && !text.chars().any(char::is_control)
        // Dots alone lead elsewhere; a dot at the end is dropped by Windows.
        && !text.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_octopus_encodes_is_encoded_and_read_back() {
        let text = "@scope/pkg:a\\b|c?d\"<e>%+*";
        assert_eq!(encode(text), "%40scope%2Fpkg%3Aa%5Cb%7Cc%3Fd%22%3Ce%3E%25+*");
        assert_eq!(decode(&encode(text)).as_deref(), Some(text));
    }

    #[test]
    fn a_folder_name_leads_nowhere_else() {
        for text in ["", ".", "..", "a.", " a", "a\u{0}", "a\nb"] {
            assert!(!is_nameable(text), "{text:?}");
        }
        assert!(!is_nameable(&"@".repeat(100)));
        assert!(is_nameable("../../x"), "encoded, this is one component");
        assert!(!encode("../../x").contains('/'));
    }
}
