//! Making proofs from a log.

use std::path::Path;

use super::checkpoints::latest_checkpoint;
use super::lines::{Line, Lines};
use super::{LogError, layout};
use crate::merkle::{
    ConsistencyProof, Frontier, Hash, InclusionProof, SignedCheckpoint, leaf_hash,
};

/// The line of record `sequence` (without its line end) and the proof that the newest checkpoint
/// covers it. Reads the whole log once.
///
/// # Errors
/// [`LogError::NotCovered`] when no checkpoint covers the record, [`LogError::Damaged`] when the
/// records are not those that the checkpoint signed.
pub fn prove_inclusion(
    folder: &Path,
    sequence: u64,
) -> Result<(Vec<u8>, InclusionProof), LogError> {
    let what = || format!("record {sequence}");
    let checkpoint = covering_checkpoint(folder, sequence.saturating_add(1), what)?;
    let (leaves, line) = read_leaves(folder, &checkpoint, Some(sequence))?;
    let proof = InclusionProof::build(&leaves, to_index(sequence), checkpoint);
    Ok((line.unwrap_or_default(), proof))
}

/// The proof that the log, as of its newest checkpoint, begins with its first `old_size` records.
///
/// # Errors
/// As [`prove_inclusion`].
pub fn prove_consistency(folder: &Path, old_size: u64) -> Result<ConsistencyProof, LogError> {
    let what = || format!("a growth from {old_size} records");
    let checkpoint = covering_checkpoint(folder, old_size, what)?;
    let (leaves, _) = read_leaves(folder, &checkpoint, None)?;
    Ok(ConsistencyProof::build(&leaves, to_index(old_size), checkpoint))
}

fn covering_checkpoint(
    folder: &Path,
    size: u64,
    what: impl FnOnce() -> String,
) -> Result<SignedCheckpoint, LogError> {
    let latest = latest_checkpoint(folder)?;
    let signed = latest.as_ref().map_or(0, |latest| latest.checkpoint.size);
    latest
        .filter(|latest| latest.checkpoint.size >= size)
        .ok_or_else(|| LogError::NotCovered { what: what(), signed })
}

/// The leaf hashes of all records below the checkpoint, and the line of the wanted one.
fn read_leaves(
    folder: &Path,
    checkpoint: &SignedCheckpoint,
    wanted: Option<u64>,
) -> Result<(Vec<Hash>, Option<Vec<u8>>), LogError> {
    let size = checkpoint.checkpoint.size;
    let (mut leaves, mut line_wanted) = (Vec::new(), None);
    let mut frontier = Frontier::default();
    for segment in layout::segments(folder).map_err(LogError::io("list", folder))? {
        let path = layout::segment_path(folder, segment);
        let mut lines = Lines::open(&path, 0).map_err(LogError::io("read", &path))?;
        while frontier.size() < size {
            let Some(Line::Whole(line)) = lines.next().map_err(LogError::io("read", &path))? else {
                break;
            };
            if wanted == Some(frontier.size()) {
                line_wanted = Some(line.to_vec());
            }
            let leaf = leaf_hash(line);
            leaves.push(leaf);
            frontier.push(leaf);
        }
    }
    if frontier.root() == checkpoint.checkpoint.root {
        return Ok((leaves, line_wanted));
    }
    Err(LogError::damaged(folder, "its records are not those that its last checkpoint signed"))
}

/// A record number below a size that was just counted in memory fits.
fn to_index(sequence: u64) -> usize {
    usize::try_from(sequence).unwrap_or(usize::MAX)
}
