//! Healing: what a crash left at the end of a file is kept aside, cut off, and put on record.
//!
//! The order makes a crash while healing harmless: the bytes are copied to a `healing-` file and
//! made durable, then cut off, then recorded, and only then does the file get its `torn-` name.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::LogError;
use super::layout::{self, HEALING_PREFIX, TORN_PREFIX};
use super::tail::Leftover;
use crate::merkle::Hash;

/// Why something was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HealedReason {
    /// The last line had no end: a process or the machine stopped while writing it.
    IncompleteLine,
    /// Whole lines after the last checkpoint that continue nothing: what a lost page of a file
    /// looks like after power loss, or an edit.
    ForeignLines,
    /// The last checkpoint had no end.
    IncompleteCheckpoint,
}

/// The file name's part for each reason.
const REASONS: [(HealedReason, &str); 3] = [
    (HealedReason::IncompleteLine, "line-"),
    (HealedReason::ForeignLines, "lines-"),
    (HealedReason::IncompleteCheckpoint, "checkpoint-"),
];

/// One piece that was cut off, as its record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Healed {
    /// How long it was.
    pub bytes: u64,
    /// The file in the log's folder that keeps it.
    pub file: String,
    /// Why it was cut.
    pub reason: HealedReason,
    /// The SHA-256 of it.
    pub sha256: Hash,
}

/// The payload of a `log-healed` record.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HealedPayload {
    pub(super) cut: Vec<Healed>,
}

impl fmt::Display for Healed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.reason {
            HealedReason::IncompleteLine => "an unfinished record",
            HealedReason::ForeignLines => "lines that continued nothing",
            HealedReason::IncompleteCheckpoint => "an unfinished checkpoint",
        };
        write!(formatter, "{what} ({} bytes) was cut off and kept in {}", self.bytes, self.file)
    }
}

/// Copies the leftover aside and cuts it off its file.
pub(super) fn cut_off(folder: &Path, leftover: &Leftover) -> Result<(), LogError> {
    let path = &leftover.path;
    let mut file =
        OpenOptions::new().read(true).write(true).open(path).map_err(LogError::io("open", path))?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(leftover.offset))
        .and_then(|_| file.read_to_end(&mut bytes))
        .map_err(LogError::io("read", path))?;
    let reason = REASONS.iter().find(|(reason, _)| *reason == leftover.reason);
    let reason = reason.map_or("", |(_, name)| name);
    let mut digest = Hash::of(&bytes).to_string();
    digest.truncate(16);
    let aside = folder.join(format!("{HEALING_PREFIX}{reason}{digest}.bin"));
    layout::write_atomically(&aside, &bytes).map_err(LogError::io("write", &aside))?;
    file.set_len(leftover.offset)
        .and_then(|()| file.sync_all())
        .map_err(LogError::io("cut back", path))
}

/// What was cut off and is not on record yet.
pub(super) fn pending(folder: &Path) -> Result<Vec<Healed>, LogError> {
    let names =
        layout::names_with_prefix(folder, HEALING_PREFIX).map_err(LogError::io("list", folder))?;
    // A `.new` file is an unfinished copy: what it copies is still in its place.
    names
        .iter()
        .filter(|name| name.ends_with(".bin"))
        .map(|name| {
            let path = folder.join(name);
            let bytes = fs::read(&path).map_err(LogError::io("read", &path))?;
            let rest = name.strip_prefix(HEALING_PREFIX).unwrap_or(name);
            let reason = REASONS.iter().find(|(_, part)| rest.starts_with(part));
            Ok(Healed {
                bytes: bytes.len() as u64,
                file: format!("{TORN_PREFIX}{rest}"),
                reason: reason.map_or(HealedReason::ForeignLines, |(reason, _)| *reason),
                sha256: Hash::of(&bytes),
            })
        })
        .collect()
}

/// Gives the pieces that are now on record their final names.
pub(super) fn settle(folder: &Path, healed: &[Healed]) -> Result<(), LogError> {
    for piece in healed {
        let rest = piece.file.strip_prefix(TORN_PREFIX).unwrap_or(&piece.file);
        let from = folder.join(format!("{HEALING_PREFIX}{rest}"));
        fs::rename(&from, folder.join(&piece.file)).map_err(LogError::io("rename", &from))?;
    }
    layout::sync_folder(folder).map_err(LogError::io("make durable", folder))
}
