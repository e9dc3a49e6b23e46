//! JSON values as text: what drilling gives.

use std::fmt::Write;

use super::value::Json;
use crate::dotnet::culture::Conventions;
use crate::dotnet::date_format::{DateType, format_date};
use crate::dotnet::number::{shortest, shortest_in};

impl Json {
    /// The value as .NET turns it into text: `True`, `1.5`, a date by the culture, containers as
    /// compact JSON. `None` for an integer beyond 64 bits, which .NET refuses to convert.
    pub(crate) fn to_text(&self, local: i16, conventions: &Conventions) -> Option<String> {
        Some(match self {
            Self::Null => String::new(),
            Self::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
            Self::Integer(value) => value.to_string(),
            Self::BigInteger(_) => return None,
            Self::Float(value) => shortest_in(*value, conventions),
            Self::Text(text) => text.clone(),
            Self::Date(moment) => {
                format_date(*moment, "G", DateType::DateTime, local, conventions)?
            }
            Self::Array(_) | Self::Object(_) => {
                let mut out = String::new();
                self.serialise(&mut out, local, conventions);
                out
            }
        })
    }

    fn serialise(&self, out: &mut String, local: i16, conventions: &Conventions) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(value) => out.push_str(&value.to_string()),
            Self::BigInteger(digits) => out.push_str(digits),
            Self::Float(value) => {
                let text = shortest(*value);
                out.push_str(&text);
                if value.is_finite() && !text.contains(['.', 'E']) {
                    out.push_str(".0");
                }
            }
            Self::Text(text) => write_string(out, text),
            Self::Date(moment) => {
                let format = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";
                let text = format_date(*moment, format, DateType::DateTime, local, conventions);
                write_string(out, &text.unwrap_or_default());
            }
            Self::Array(array) => {
                out.push('[');
                for (index, item) in array.elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.serialise(out, local, conventions);
                }
                out.push(']');
            }
            Self::Object(object) => {
                out.push('{');
                for (index, (name, value)) in object.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_string(out, name);
                    out.push(':');
                    value.serialise(out, local, conventions);
                }
                out.push('}');
            }
        }
    }
}

/// A string with the escapes that Newtonsoft writes.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string does not fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
