//! Pax extended headers: records `length key=value` that override fields of the entry after them.

use std::collections::HashSet;

use crate::fault::Fault;
use crate::{Damage, Refusal};

/// Bytes of one extended header. Paths and times take some hundred; extended attributes (ignored) up to 64 KiB each.
pub(crate) const MAX_PAX_BYTES: u64 = 1 << 20;

/// What an extended header overrides.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) link_path: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
    pub(crate) modified_unix_s: Option<i64>,
}

/// Reads the records of the header in front of one entry.
pub(crate) fn parse(records: &[u8]) -> Result<Overrides, Fault> {
    let mut overrides = Overrides::default();
    for_each_record(records, |key, value| {
        match key {
            b"path" => overrides.path = Some(not_empty(value)?),
            b"linkpath" => overrides.link_path = Some(not_empty(value)?),
            b"size" => {
                overrides.size =
                    Some(decimal(value).ok_or(Damage::PaxHeader("its size is no number"))?)
            }
            b"mtime" => overrides.modified_unix_s = whole_seconds(value),
            key if key.starts_with(b"GNU.sparse.") || key.starts_with(b"SUN.holesdata") => {
                return Err(Refusal::Sparse.into());
            }
            // Owners, access times, attributes and comments change nothing that is extracted.
            _ => {}
        }
        Ok(())
    })?;
    Ok(overrides)
}

/// Checks a global header, which may comment (as `git archive` does) but not rename or resize every entry.
pub(crate) fn check_global(records: &[u8]) -> Result<(), Fault> {
    for_each_record(records, |key, _| match key {
        b"path" | b"linkpath" | b"size" => {
            Err(Damage::PaxHeader("a global header gives every entry the same path or size").into())
        }
        key if key.starts_with(b"GNU.sparse.") => Err(Refusal::Sparse.into()),
        _ => Ok(()),
    })
}

fn for_each_record(
    mut records: &[u8],
    mut take: impl FnMut(&[u8], &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    const MALFORMED: Damage = Damage::PaxHeader("its records have wrong lengths");
    let mut keys = HashSet::new();
    while !records.is_empty() {
        let space = records.iter().position(|&byte| byte == b' ').ok_or(MALFORMED)?;
        let length = decimal(&records[..space]).and_then(|length| usize::try_from(length).ok());
        let (record, rest) =
            length.and_then(|length| records.split_at_checked(length)).ok_or(MALFORMED)?;
        let body =
            record.get(space + 1..).and_then(|body| body.strip_suffix(b"\n")).ok_or(MALFORMED)?;
        let equals = body.iter().position(|&byte| byte == b'=').ok_or(MALFORMED)?;
        let (key, value) = (&body[..equals], &body[equals + 1..]);
        if !keys.insert(key) {
            return Err(Damage::PaxHeader("it has the same key twice").into());
        }
        take(key, value)?;
        records = rest;
    }
    Ok(())
}

/// An empty value would mean "as if not set", which readers disagree about.
fn not_empty(value: &[u8]) -> Result<Vec<u8>, Damage> {
    if value.is_empty() {
        return Err(Damage::PaxHeader("it has an empty path"));
    }
    Ok(value.to_vec())
}

fn decimal(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The seconds of `1700000000.123`, rounded down; `None` if it is no time.
fn whole_seconds(value: &[u8]) -> Option<i64> {
    let (seconds, fraction) = {
        let text = std::str::from_utf8(value).ok()?;
        text.split_once('.').unwrap_or((text, ""))
    };
    let whole: i64 = seconds.parse().ok()?;
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    Some(if seconds.starts_with('-') && has_fraction { whole.checked_sub(1)? } else { whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(records: &[u8]) -> String {
        match parse(records) {
            Err(Fault::Damage(damage)) => damage.to_string(),
            Err(Fault::Refused(refusal)) => refusal.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn reads_what_matters_and_skips_the_rest() {
        let overrides =
            parse(b"12 path=a/b\n11 size=12\n19 mtime=-1.500000\n17 comment=a=b\nc\n").unwrap();
        assert_eq!(overrides.path.as_deref(), Some(&b"a/b"[..]));
        assert_eq!(overrides.size, Some(12));
        assert_eq!(overrides.modified_unix_s, Some(-2));
    }

    #[test]
    fn refuses_what_readers_disagree_about() {
        assert!(message(b"10 path=a\n10 path=b\n").contains("twice"));
        assert!(message(b"8 path=\n").contains("empty"));
        assert!(message(b"99 path=a\n").contains("lengths"));
        assert!(message(b"8 path=a\n").contains("lengths"));
        assert!(message(b"+10 path=a\n").contains("lengths"));
        assert!(message(b"11 size=-1\n").contains("no number"));
        assert!(message(b"22 GNU.sparse.major=1\n").contains("sparse"));
        assert!(check_global(b"10 path=a\n").is_err());
        assert!(check_global(b"13 comment=a\n").is_ok());
    }
}
