//! The filters that make text safe inside another language.

use std::fmt::Write;

use super::call::{Call, Outcome};

/// From here on, properties files get escapes: all that ISO 8859-1 does not have, and `ÿ`.
const PROPERTIES_ESCAPED_FROM: char = '\u{ff}';
/// What `UriEscape` keeps besides letters and digits: reserved and unreserved characters.
const URI_KEPT: &str = ";,/?:@&=+$#[]~-._!*'()";
/// What `UriDataEscape` keeps besides letters and digits: unreserved characters.
const URI_DATA_KEPT: &str = "-._~";

/// Passes each character of the argument to `escape`, which writes what stands for it.
fn each_character(call: &Call<'_>, escape: impl Fn(&mut String, char)) -> Outcome {
    Ok(call.plain().map(|text| {
        let mut out = String::with_capacity(text.len());
        text.chars().for_each(|c| escape(&mut out, c));
        out
    }))
}

pub(super) fn html(call: &Call<'_>) -> Outcome {
    each_character(call, |out, c| match c {
        '/' => out.push_str("&#x2F;"),
        c => push_xml(out, c),
    })
}

pub(super) fn xml(call: &Call<'_>) -> Outcome {
    each_character(call, push_xml)
}

fn push_xml(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&apos;"),
        c => out.push(c),
    }
}

pub(super) fn json(call: &Call<'_>) -> Outcome {
    each_character(call, |out, c| match c {
        '"' => out.push_str("\\\""),
        c => push_backslashed(out, c),
    })
}

/// Backslash, carriage return, newline and tab in their usual escapes.
fn push_backslashed(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        c => out.push(c),
    }
}

/// `\uXXXX` for each UTF-16 unit.
fn push_unicode(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string does not fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

pub(super) fn yaml_double_quoted(call: &Call<'_>) -> Outcome {
    each_character(call, |out, c| match c {
        '"' => out.push_str("\\\""),
        '\\' | '\r' | '\n' | '\t' => push_backslashed(out, c),
        ' '..='~' => out.push(c),
        c => push_unicode(out, c),
    })
}

/// Doubles quotes, and lengthens each run of line breaks by one: YAML folds one away.
pub(super) fn yaml_single_quoted(call: &Call<'_>) -> Outcome {
    let Some(text) = call.plain() else { return Ok(None) };
    let mut out = String::with_capacity(text.len());
    let mut in_run = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let windows_break = c == '\r' && characters.peek() == Some(&'\n');
        if c == '\n' || windows_break {
            if !in_run {
                out.push_str(if windows_break { "\r\n" } else { "\n" });
            }
            in_run = true;
            out.push(c);
            if windows_break {
                characters.next();
                out.push('\n');
            }
            continue;
        }
        in_run = false;
        out.push(c);
        if c == '\'' {
            out.push('\'');
        }
    }
    Ok(Some(out))
}

pub(super) fn properties_key(call: &Call<'_>) -> Outcome {
    each_character(call, |out, c| match c {
        ' ' | ':' | '=' => {
            out.push('\\');
            out.push(c);
        }
        c => push_properties(out, c),
    })
}

pub(super) fn properties_value(call: &Call<'_>) -> Outcome {
    Ok(call.plain().map(|text| {
        let mut out = String::with_capacity(text.len());
        for (offset, c) in text.char_indices() {
            if offset == 0 && c == ' ' {
                out.push('\\');
            }
            push_properties(&mut out, c);
        }
        out
    }))
}

fn push_properties(out: &mut String, c: char) {
    if c >= PROPERTIES_ESCAPED_FROM {
        push_unicode(out, c);
    } else {
        push_backslashed(out, c);
    }
}

pub(super) fn uri(call: &Call<'_>) -> Outcome {
    percent_encoded(call, URI_KEPT)
}

pub(super) fn uri_data(call: &Call<'_>) -> Outcome {
    percent_encoded(call, URI_DATA_KEPT)
}

fn percent_encoded(call: &Call<'_>, kept: &str) -> Outcome {
    Ok(call.plain().map(|text| {
        let mut out = String::with_capacity(text.len());
        for byte in text.bytes() {
            let c = char::from(byte);
            if c.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(c)) {
                out.push(c);
            } else {
                // Writing to a string does not fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
        out
    }))
}
