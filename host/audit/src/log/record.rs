//! A record: one line of canonical JSON that names the hash of the line before it.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::LogError;
use crate::canonical::canonical_json;
use crate::merkle::Hash;

/// The longest line of a log. Larger content is split, or kept elsewhere and named by its digest.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;

/// Kinds that begin so are written by the log itself.
const OWN_KIND_PREFIX: &str = "log-";
/// The first record of every log: `{"format": 1, "key": FINGERPRINT, "origin": NAME}`.
pub(super) const LOG_CREATED: &str = "log-created";
/// Something was cut off: `{"cut": [{"bytes", "file", "reason", "sha256"}]}`.
pub(super) const LOG_HEALED: &str = "log-healed";
/// From here on another key signs: `{"from": FINGERPRINT, "to": FINGERPRINT}`.
pub(super) const LOG_KEY_CHANGED: &str = "log-key-changed";

const MAX_KIND_BYTES: usize = 64;

/// One record, as read from a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The deployment that it belongs to; `None` for the log's own records.
    pub deployment: Option<String>,
    /// What kind of thing happened: lower-case letters, digits, hyphens.
    pub kind: String,
    /// What happened, in the form that belongs to the kind.
    pub payload: Value,
    /// The leaf hash of the record before; zeros for the first.
    pub previous: Hash,
    /// Its number, counted from 0 without gaps.
    pub sequence: u64,
    /// When it was written: RFC 3339, UTC, microseconds. Says what the machine's clock said.
    pub time: String,
}

/// What holds the chain together, read without the payload.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Link<'a> {
    #[serde(rename = "deployment")]
    _deployment: Option<IgnoredAny>,
    #[serde(borrow)]
    pub(super) kind: Cow<'a, str>,
    #[serde(rename = "payload")]
    _payload: IgnoredAny,
    pub(super) previous: Hash,
    pub(super) sequence: u64,
    #[serde(rename = "time")]
    _time: IgnoredAny,
}

impl<'a> Link<'a> {
    /// Reads a line; the error says in a few words what is wrong with it.
    pub(super) fn parse(line: &'a [u8]) -> Result<Self, String> {
        // Strings that are skipped are not checked for UTF-8 by the JSON reader.
        let text = std::str::from_utf8(line).map_err(|_| String::from("it is not UTF-8"))?;
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

/// What is to become a record.
pub(super) struct Draft<'a> {
    pub(super) deployment: Option<&'a str>,
    pub(super) kind: &'a str,
    pub(super) payload: &'a Value,
}

impl Draft<'_> {
    /// Refuses kinds that a caller may not use.
    pub(super) fn check_kind(&self) -> Result<(), LogError> {
        let plain = (1..=MAX_KIND_BYTES).contains(&self.kind.len())
            && self.kind.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if plain && !self.kind.starts_with(OWN_KIND_PREFIX) {
            return Ok(());
        }
        Err(LogError::Kind { kind: self.kind.to_owned() })
    }

    /// The line, with its line end. Members are written in the order that RFC 8785 asks for.
    pub(super) fn encode(
        &self,
        sequence: u64,
        previous: Hash,
        time: &str,
    ) -> Result<Vec<u8>, LogError> {
        let payload_error = |source| LogError::Payload { kind: self.kind.to_owned(), source };
        let payload = canonical_json(self.payload).map_err(payload_error)?;
        let text = |value: &str| canonical_json(&Value::from(value)).map_err(payload_error);
        let mut line = Vec::with_capacity(payload.len() + 256);
        line.extend_from_slice(br#"{"deployment":"#);
        match self.deployment {
            Some(id) => line.extend_from_slice(&text(id)?),
            None => line.extend_from_slice(b"null"),
        }
        line.extend_from_slice(br#","kind":"#);
        line.extend_from_slice(&text(self.kind)?);
        line.extend_from_slice(br#","payload":"#);
        line.extend_from_slice(&payload);
        let rest = format!(r#","previous":"{previous}","sequence":{sequence},"time":"{time}"}}"#);
        line.extend_from_slice(rest.as_bytes());
        if line.len() > MAX_RECORD_BYTES {
            return Err(LogError::TooLong {
                kind: self.kind.to_owned(),
                bytes: line.len(),
                limit_bytes: MAX_RECORD_BYTES,
            });
        }
        line.push(b'\n');
        Ok(line)
    }
}
