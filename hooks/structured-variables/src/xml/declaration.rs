//! The encoding that an XML declaration names, before and after.

use cofferdam_hook_files::{Charset, Encoding, Text};

/// How many bytes at the start of a file are searched for the end of the declaration; a long one has 70.
const MAX_DECLARATION_BYTES: usize = 256;

/// The file decoded as its XML declaration says, if it says so and is right.
///
/// Only for files without byte order mark whose declaration can be read as ASCII. UTF-8 is what is tried anyway.
pub(crate) fn declared_encoding(bytes: &[u8]) -> Option<Text> {
    if Charset::of_bom(bytes).is_some() {
        return None;
    }
    let head = bytes.get(..MAX_DECLARATION_BYTES.min(bytes.len()))?;
    let end = head.windows(2).position(|two| two == b"?>")?;
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let charset = Charset::named(head.get(encoding_name(head)?)?)?;
    if !matches!(charset, Charset::Ascii | Charset::Latin1 | Charset::Legacy(_)) {
        return None;
    }
    let content = charset.decode(bytes.to_vec()).ok()?;
    Some(Text { content, encoding: Encoding { charset, bom: false } })
}

/// The text with the declared encoding made true; as it is if it declares none, or already the right one.
pub(crate) fn declare(content: String, charset: Charset) -> String {
    let Some(end) = content.find("?>") else { return content };
    let Some(name) = content.get(..end).and_then(encoding_name) else { return content };
    let declared = content.get(name.clone()).unwrap_or_default();
    if Charset::named(declared) == Some(charset) || is_family(declared, charset) {
        return content;
    }
    let mut content = content;
    content.replace_range(name, charset.name());
    content
}

/// Whether a name stands for a family whose byte order the mark tells.
fn is_family(declared: &str, charset: Charset) -> bool {
    let declared = declared.to_ascii_lowercase();
    match charset {
        Charset::Utf16Le | Charset::Utf16Be => declared == "utf-16",
        Charset::Utf32Le | Charset::Utf32Be => declared == "utf-32",
        _ => false,
    }
}

/// Where the value of `encoding` stands in the declaration that a text starts with.
fn encoding_name(head: &str) -> Option<std::ops::Range<usize>> {
    let after =
        head.starts_with("<?xml").then(|| head.find("encoding")).flatten()? + "encoding".len();
    let rest = head.get(after..)?;
    let quote = rest.find(['"', '\''])?;
    if rest.get(..quote)?.trim() != "=" {
        return None;
    }
    let start = after + quote + 1;
    let length = head.get(start..)?.find(rest.get(quote..=quote)?)?;
    Some(start..start + length)
}
