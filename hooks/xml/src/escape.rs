//! Writing values as XML: what to escape where.

use std::borrow::Cow;

use crate::chars::is_char;

/// A character that no XML document can hold, not even escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the character U+{:04X} cannot be written in XML; remove it from the value", *.0 as u32)]
pub struct InvalidCharacter(pub char);

/// `value` as character data: `<`, `>`, `&` and carriage returns escaped (a reader would turn a
/// bare carriage return into a line feed).
///
/// # Errors
///
/// When the value holds a character that XML cannot.
pub fn text(value: &str) -> Result<Cow<'_, str>, InvalidCharacter> {
    escape(value, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// `value` as an attribute value between `quote`s (`"` or `'`): the quote, `<`, `>`, `&` and the
/// white space that a reader would turn into spaces escaped.
///
/// # Errors
///
/// When the value holds a character that XML cannot.
pub fn attribute(value: &str, quote: char) -> Result<Cow<'_, str>, InvalidCharacter> {
    escape(value, |c| match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        '"' if quote == '"' => Some("&quot;"),
        '\'' if quote == '\'' => Some("&apos;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        '\r' => Some("&#xD;"),
        _ => None,
    })
}

/// `value` as the content of one or more CDATA sections: `]]>` divided over two sections.
///
/// # Errors
///
/// When the value holds a character that XML cannot.
pub fn cdata(value: &str) -> Result<Cow<'_, str>, InvalidCharacter> {
    check(value)?;
    Ok(if value.contains("]]>") {
        Cow::Owned(value.replace("]]>", "]]]]><![CDATA[>"))
    } else {
        Cow::Borrowed(value)
    })
}

fn check(value: &str) -> Result<(), InvalidCharacter> {
    value.chars().find(|&c| !is_char(c)).map_or(Ok(()), |found| Err(InvalidCharacter(found)))
}

fn escape(
    value: &str,
    replacement: impl Fn(char) -> Option<&'static str>,
) -> Result<Cow<'_, str>, InvalidCharacter> {
    check(value)?;
    let Some(first) = value.find(|c| replacement(c).is_some()) else {
        return Ok(Cow::Borrowed(value));
    };
    let mut out = String::with_capacity(value.len() + 16);
    out.push_str(&value[..first]);
    for c in value[first..].chars() {
        match replacement(c) {
            Some(escaped) => out.push_str(escaped),
            None => out.push(c),
        }
    }
    Ok(Cow::Owned(out))
}
