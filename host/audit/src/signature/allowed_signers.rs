//! OpenSSH allowed-signers files (`ssh-keygen(1)`, section ALLOWED SIGNERS).

use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::trust::TrustedKey;
use crate::key::{KeyError, PublicKey};

/// What is wrong with an allowed-signers file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AllowedSignersError {
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line cannot be understood.
    #[error("line {line} of the allowed-signers file: {reason}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// The trusted keys and the lines that were left out.
pub(super) fn parse(text: &str) -> Result<(Vec<TrustedKey>, Vec<String>), AllowedSignersError> {
    let (mut keys, mut ignored) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line) {
            Ok(key) => keys.push(key),
            Err(LineError::Unsupported(reason)) => {
                ignored.push(format!("line {}: {reason}", index + 1));
            }
            Err(LineError::Wrong(reason)) => {
                return Err(AllowedSignersError::Line { line: index + 1, reason });
            }
        }
    }
    Ok((keys, ignored))
}

enum LineError {
    Wrong(String),
    Unsupported(String),
}

fn parse_line(line: &str) -> Result<TrustedKey, LineError> {
    let (principals, rest) = split_field(line);
    if rest.is_empty() {
        return Err(LineError::Wrong(String::from("a key should follow the principals")));
    }
    // Options are there if what follows is no key.
    let (first, after_first) = split_field(rest);
    let (options, key_text) = if is_key_type(first) { ("", rest) } else { (first, after_first) };
    let mut options = parse_options(options)?;
    let key = PublicKey::parse(key_text).map_err(|error| match error {
        KeyError::Unsupported { .. } => LineError::Unsupported(error.to_string()),
        _ => LineError::Wrong(error.to_string()),
    })?;
    options.key = Some(key);
    options.into_trusted(principals.trim_matches('"'))
}

/// A field ends at white space outside quotes.
fn split_field(text: &str) -> (&str, &str) {
    let mut is_quoted = false;
    let end = text.find(|c: char| {
        is_quoted ^= c == '"';
        c.is_whitespace() && !is_quoted
    });
    let (field, rest) = text.split_at(end.unwrap_or(text.len()));
    (field, rest.trim_start())
}

fn is_key_type(field: &str) -> bool {
    ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| field.starts_with(prefix))
}

#[derive(Default)]
struct Options {
    key: Option<PublicKey>,
    namespaces: Option<String>,
    valid_after: Option<OffsetDateTime>,
    valid_before: Option<OffsetDateTime>,
}

impl Options {
    fn into_trusted(self, signer: &str) -> Result<TrustedKey, LineError> {
        if let (Some(after), Some(before)) = (self.valid_after, self.valid_before)
            && after >= before
        {
            return Err(LineError::Wrong(String::from("valid-after is not before valid-before")));
        }
        let key = self.key.ok_or_else(|| LineError::Wrong(String::from("it has no key")))?;
        Ok(TrustedKey {
            key,
            signer: signer.to_owned(),
            namespaces: self.namespaces,
            valid_after: self.valid_after,
            valid_before: self.valid_before,
        })
    }
}

fn parse_options(mut text: &str) -> Result<Options, LineError> {
    let mut options = Options::default();
    while !text.is_empty() {
        let name_end = text.find(['=', ',']).unwrap_or(text.len());
        let name = text[..name_end].to_ascii_lowercase();
        let mut value = None;
        text = &text[name_end..];
        if let Some(rest) = text.strip_prefix("=\"") {
            let Some((quoted, rest)) = rest.split_once('"') else {
                return Err(LineError::Wrong(format!("the value of {name} has no closing quote")));
            };
            value = Some(quoted);
            text = rest;
        }
        text = match text.strip_prefix(',') {
            Some(rest) => rest,
            None if text.is_empty() => text,
            None => return Err(LineError::Wrong(format!("the value of {name} must be quoted"))),
        };
        match (name.as_str(), value) {
            ("namespaces", Some(patterns)) => options.namespaces = Some(patterns.to_owned()),
            ("valid-after", Some(time)) => options.valid_after = Some(parse_time(time)?),
            ("valid-before", Some(time)) => options.valid_before = Some(parse_time(time)?),
            ("cert-authority", None) => {
                return Err(LineError::Unsupported(String::from(
                    "certificate authorities are not supported; list the keys themselves",
                )));
            }
            _ => return Err(LineError::Wrong(format!("{name:?} is no known option"))),
        }
    }
    Ok(options)
}

/// `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, with or without `Z`.
fn parse_time(text: &str) -> Result<OffsetDateTime, LineError> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let padded = match digits.len() {
        8 | 12 => format!("{digits:0<14}"),
        _ => digits.to_owned(),
    };
    let form = format_description!("[year][month][day][hour][minute][second]");
    PrimitiveDateTime::parse(&padded, form).map(PrimitiveDateTime::assume_utc).map_err(|_| {
        LineError::Wrong(format!("{text:?} is no time of the form YYYYMMDD[HHMM[SS]][Z]"))
    })
}

/// OpenSSH pattern lists: comma-separated, `*` and `?`, a leading `!` excludes.
pub(super) fn matches_patterns(patterns: &str, name: &str) -> bool {
    let mut is_match = false;
    for pattern in patterns.split(',') {
        match pattern.strip_prefix('!') {
            Some(excluded) if matches_pattern(excluded.as_bytes(), name.as_bytes()) => {
                return false;
            }
            Some(_) => {}
            None => is_match |= matches_pattern(pattern.as_bytes(), name.as_bytes()),
        }
    }
    is_match
}

fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            (0..=name.len()).any(|skipped| matches_pattern(rest, &name[skipped..]))
        }
        ([b'?', pattern @ ..], [_, name @ ..]) => matches_pattern(pattern, name),
        ([p, pattern @ ..], [n, name @ ..]) if p == n => matches_pattern(pattern, name),
        _ => false,
    }
}
