//! Beginning a new log: its name, its first record.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::lines::{Line, Lines};
use super::record::{Draft, LOG_CREATED, Record};
use super::{LogError, LogOptions, layout};
use crate::key::SigningKey;
use crate::merkle::{Hash, is_key_name};
use crate::timestamp::format_time;

/// The version of the format that `docs/audit.md` describes.
const FORMAT: u32 = 1;

/// Makes the folder, readable by its owner only, if it is not there.
pub(super) fn make_folder(folder: &Path) -> Result<(), LogError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(LogError::io("create", folder))
}

/// Writes the first segment with its first record, as a whole or not at all.
pub(super) fn first_record(
    folder: &Path,
    key: &SigningKey,
    options: &LogOptions,
) -> Result<(), LogError> {
    let origin = match &options.origin {
        Some(origin) if is_key_name(origin) => origin.clone(),
        Some(origin) => return Err(LogError::OriginName { origin: origin.clone() }),
        None => random_origin()?,
    };
    let payload = json!({
        "format": FORMAT,
        "key": key.public_key().fingerprint().as_str(),
        "origin": origin,
    });
    let draft = Draft { deployment: None, kind: LOG_CREATED, payload: &payload };
    let time = format_time(time::OffsetDateTime::now_utc());
    let line = draft.encode(0, Hash::ZERO, &time)?;
    let path = layout::segment_path(folder, 0);
    layout::write_atomically(&path, &line).map_err(|source| LogError::NotRecorded {
        sequence: 0,
        path,
        source,
    })
}

/// The name that the first record gives the log.
pub(super) fn recorded_origin(folder: &Path) -> Result<String, LogError> {
    let path = layout::segment_path(folder, 0);
    let mut lines = Lines::open(&path, 0).map_err(LogError::io("read", &path))?;
    let record = match lines.next().map_err(LogError::io("read", &path))? {
        Some(Line::Whole(line)) => serde_json::from_slice::<Record>(line).ok(),
        _ => None,
    };
    record
        .filter(|record| record.kind == LOG_CREATED)
        .and_then(|record| record.payload.get("origin").and_then(Value::as_str).map(str::to_owned))
        .ok_or_else(|| LogError::damaged(&path, "its first record does not name the log"))
}

fn random_origin() -> Result<String, LogError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(LogError::Randomness)?;
    Ok(format!("cofferdam.dev/log/{}", hex::encode(bytes)))
}
