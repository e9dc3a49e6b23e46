//! Verification: one pass over the records, comparing with every checkpoint on the way.

use std::fs::{self, File};
use std::path::Path;

use super::checkpoints::StoredCheckpoint;
use super::layout::{self, CHECKPOINTS, LOCK, TORN_PREFIX};
use super::lines::{Line, Lines};
use super::record::{LOG_HEALED, Link, Record};
use super::tail::Place;
use super::{Finding, Healed, LogError, LogVerdict, VerifyOptions, diagnose};
use crate::merkle::{Frontier, Hash, SignedCheckpoint, leaf_hash};

/// Verifies the log in `folder` and says what was changed, removed, inserted, moved or cut off.
///
/// Time and memory: one pass, in memory that does not grow with the records; a second pass, with
/// about 100 bytes a record, only to tell what is wrong once something is. Others may append
/// meanwhile; before a bad verdict is given they are waited for.
///
/// # Errors
/// [`LogError`] when a file cannot be read or there is no log. A damaged log is not an error.
pub fn verify_log(folder: &Path, options: &VerifyOptions) -> Result<LogVerdict, LogError> {
    let verdict = verify_as_it_is(folder, options)?;
    if verdict.is_intact() {
        return Ok(verdict);
    }
    // Perhaps somebody is appending: what looks unfinished may be just being written.
    match File::open(folder.join(LOCK)) {
        Ok(lock) if lock.lock_shared().is_ok() => verify_as_it_is(folder, options),
        _ => Ok(verdict),
    }
}

fn verify_as_it_is(folder: &Path, options: &VerifyOptions) -> Result<LogVerdict, LogError> {
    let segments = layout::segments(folder).map_err(LogError::io("list", folder))?;
    let mut verdict = LogVerdict {
        origin: options.origin.clone(),
        segments: segments.len() as u64,
        ..LogVerdict::default()
    };
    let stored = read_stored(folder, options, &mut verdict)?;
    if segments.is_empty() && stored.is_empty() && options.kept_checkpoints.is_empty() {
        return Err(LogError::NoLog { path: folder.to_owned() });
    }
    let mut marks: Vec<Mark> = stored.into_iter().map(Mark::stored).collect();
    marks.extend(read_kept(options, &mut verdict));
    marks.sort_by_key(Mark::size);

    let mut walk = Walk::new(marks);
    let is_chained = walk.run(folder, &segments)?;
    verdict.records = walk.place.frontier.size();
    if !is_chained {
        let (records, findings) = diagnose::diagnose(folder, &segments)?;
        verdict.records = records;
        verdict.findings.extend(findings);
    }
    // What both passes found is said once.
    walk.findings.retain(|finding| !verdict.findings.contains(finding));
    verdict.findings.append(&mut walk.findings);
    verdict.checkpoints = walk.good_checkpoints;
    verdict.signed_records = walk.signed_records;
    for mark in &walk.marks[walk.next_mark..] {
        // Where the chain is broken, checkpoints beyond the break cannot be compared; the log
        // being too short can still be seen.
        if mark.size() > verdict.records {
            verdict.findings.push(Finding::Truncated {
                records: verdict.records,
                signed: mark.size(),
                is_kept: mark.is_kept(),
            });
        }
    }
    // One of each kind is enough: the largest checkpoint says all.
    keep_largest_truncation(&mut verdict.findings);
    check_healed(folder, &walk.healed, &mut verdict)?;
    verdict.healed = walk.healed;
    Ok(verdict)
}

/// A checkpoint on the way, and what it should find there.
struct Mark {
    signed: SignedCheckpoint,
    /// The place that is stored with it and its line; `None` for one that was kept elsewhere.
    stored: Option<(Place, u64)>,
}

impl Mark {
    fn stored((stored, line): (StoredCheckpoint, u64)) -> Self {
        Self { signed: stored.signed, stored: Some((stored.place, line)) }
    }

    fn size(&self) -> u64 {
        self.signed.checkpoint.size
    }

    fn is_kept(&self) -> bool {
        self.stored.is_none()
    }
}

fn read_stored(
    folder: &Path,
    options: &VerifyOptions,
    verdict: &mut LogVerdict,
) -> Result<Vec<(StoredCheckpoint, u64)>, LogError> {
    let path = folder.join(CHECKPOINTS);
    let mut lines = match Lines::open(&path, 0) {
        Ok(lines) => lines,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            verdict.findings.push(Finding::NoCheckpoints);
            return Ok(Vec::new());
        }
        Err(error) => return Err(LogError::io("read", &path)(error)),
    };
    let (mut good, mut line_number, mut largest) = (Vec::new(), 0, 0);
    while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
        line_number += 1;
        let parsed = match line {
            Line::Whole(line) => StoredCheckpoint::parse(line),
            Line::Torn(_) => Err(String::from("the last checkpoint has no end")),
            Line::TooLong => Err(String::from("the line is too long")),
        };
        let checked = parsed.and_then(|stored| {
            accept(&stored.signed, options, verdict)?;
            if stored.signed.checkpoint.size < largest {
                return Err(String::from("it covers fewer records than the one before"));
            }
            Ok(stored)
        });
        match checked {
            Ok(stored) => {
                largest = stored.signed.checkpoint.size;
                good.push((stored, line_number));
            }
            Err(reason) => {
                verdict.findings.push(Finding::BadCheckpoint { line: line_number, reason });
            }
        }
    }
    if line_number == 0 {
        verdict.findings.push(Finding::NoCheckpoints);
    }
    Ok(good)
}

fn read_kept(options: &VerifyOptions, verdict: &mut LogVerdict) -> Vec<Mark> {
    let mut kept = Vec::new();
    for signed in &options.kept_checkpoints {
        match accept(signed, options, verdict) {
            Ok(()) => kept.push(Mark { signed: signed.clone(), stored: None }),
            Err(reason) => verdict.findings.push(Finding::BadCheckpoint { line: 0, reason }),
        }
    }
    if let Some(newest) = kept.iter().max_by_key(|mark| mark.size()) {
        let names = newest.signed.cosigned_by(&options.witnesses);
        verdict.cosigned_by = names.into_iter().map(str::to_owned).collect();
    }
    if verdict.cosigned_by.len() < options.minimum_cosignatures {
        verdict.findings.push(Finding::Uncosigned {
            found: verdict.cosigned_by.len(),
            wanted: options.minimum_cosignatures,
        });
    }
    kept
}

/// Whether a checkpoint is by a known key and of this log.
fn accept(
    signed: &SignedCheckpoint,
    options: &VerifyOptions,
    verdict: &mut LogVerdict,
) -> Result<(), String> {
    let signer = signed.verify(&options.keys).map_err(|error| error.to_string())?;
    let origin = &signed.checkpoint.origin;
    if verdict.origin.get_or_insert_with(|| origin.clone()) != origin {
        return Err(format!("it is that of another log, {origin}"));
    }
    if !verdict.signers.contains(&signer) {
        verdict.signers.push(signer);
    }
    Ok(())
}

/// The pass over the records.
struct Walk {
    marks: Vec<Mark>,
    next_mark: usize,
    place: Place,
    /// The tree one record ago, to tell whether only the last record of a checkpoint changed.
    before: Frontier,
    good_checkpoints: u64,
    signed_records: u64,
    /// Whether a stored, or a kept, checkpoint has disagreed: what follows disagrees as well.
    disagreed: [bool; 2],
    healed: Vec<Healed>,
    findings: Vec<Finding>,
}

impl Walk {
    fn new(marks: Vec<Mark>) -> Self {
        Self {
            marks,
            next_mark: 0,
            place: Place::start(),
            before: Frontier::default(),
            good_checkpoints: 0,
            signed_records: 0,
            disagreed: [false; 2],
            healed: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Whether every line is a record that continues the one before.
    fn run(&mut self, folder: &Path, segments: &[u64]) -> Result<bool, LogError> {
        self.check_marks();
        for segment in segments {
            if *segment != self.place.frontier.size() {
                return Ok(false);
            }
            (self.place.segment, self.place.offset) = (*segment, 0);
            let path = layout::segment_path(folder, *segment);
            let mut lines = Lines::open(&path, 0).map_err(LogError::io("read", &path))?;
            while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
                let Line::Whole(line) = line else { return Ok(false) };
                let bytes = line.len() as u64 + 1;
                if !self.step(line, bytes) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn step(&mut self, line: &[u8], bytes: u64) -> bool {
        let size = self.place.frontier.size();
        let Ok(link) = Link::parse(line) else { return false };
        if link.sequence != size || link.previous != self.place.last {
            return false;
        }
        if link.kind == LOG_HEALED {
            let payload = serde_json::from_slice::<Record>(line).map(|record| record.payload);
            match payload.and_then(serde_json::from_value::<super::heal::HealedPayload>) {
                Ok(payload) => self.healed.extend(payload.cut),
                Err(_) => return false,
            }
        }
        self.before.clone_from(&self.place.frontier);
        self.place.last = leaf_hash(line);
        self.place.frontier.push(self.place.last);
        self.place.offset += bytes;
        self.check_marks();
        true
    }

    /// Compares with every checkpoint of exactly this size.
    fn check_marks(&mut self) {
        let size = self.place.frontier.size();
        while let Some(mark) = self.marks.get(self.next_mark).filter(|mark| mark.size() == size) {
            let (is_kept, kind) = (mark.is_kept(), usize::from(mark.is_kept()));
            if self.place.frontier.root() == mark.signed.checkpoint.root {
                self.good_checkpoints += u64::from(!is_kept);
                self.signed_records = size;
                if let Some((place, line)) = &mark.stored
                    && !is_same_place(place, &self.place)
                {
                    let reason = String::from("the place stored with it was altered");
                    self.findings.push(Finding::BadCheckpoint { line: *line, reason });
                }
            } else if !self.disagreed[kind] {
                self.disagreed[kind] = true;
                let finding = self.locate(mark);
                self.findings.push(finding);
            }
            self.next_mark += 1;
        }
    }

    /// Which records differ from what `mark` signed, as closely as what is stored with it tells.
    fn locate(&self, mark: &Mark) -> Finding {
        let (size, root) = (mark.size(), mark.signed.checkpoint.root);
        if let Some((place, _)) = &mark.stored {
            let mut only_last_changed = self.before.clone();
            only_last_changed.push(place.last);
            if only_last_changed.root() == root && size > 0 {
                return Finding::Changed { first: size - 1, last: size - 1 };
            }
        }
        let mut first = self.signed_records;
        if let Some((place, _)) = &mark.stored
            && place.frontier.root() == root
        {
            let peaks = place.frontier.peaks().iter().zip(self.place.frontier.peaks());
            let differing = peaks
                .zip(self.place.frontier.ranges())
                .find(|((signed, found), _)| signed != found)
                .map(|(_, (start, _))| start);
            first = first.max(differing.unwrap_or(0));
        }
        let last = size.saturating_sub(1);
        Finding::Rewritten { first, last, checkpoint: size, is_kept: mark.is_kept() }
    }
}

/// A checkpoint made right after a new segment was begun names that segment, at offset 0.
fn is_same_place(stored: &Place, found: &Place) -> bool {
    let is_next_segment = stored.segment == found.frontier.size() && stored.offset == 0;
    stored.frontier == found.frontier
        && stored.last == found.last
        && (is_next_segment || (stored.segment, stored.offset) == (found.segment, found.offset))
}

fn keep_largest_truncation(findings: &mut Vec<Finding>) {
    let largest = findings.iter().filter_map(truncated_size).max();
    findings.retain(|finding| truncated_size(finding).is_none_or(|size| Some(size) == largest));
}

fn truncated_size(finding: &Finding) -> Option<u64> {
    match finding {
        Finding::Truncated { signed, .. } => Some(*signed),
        _ => None,
    }
}

/// The pieces that healing cut off must be there, unchanged, and on record.
fn check_healed(
    folder: &Path,
    healed: &[Healed],
    verdict: &mut LogVerdict,
) -> Result<(), LogError> {
    let is_whole = verdict.findings.is_empty();
    let names =
        layout::names_with_prefix(folder, TORN_PREFIX).map_err(LogError::io("list", folder))?;
    let mut bad = |file: &str, reason: &str| {
        let (file, reason) = (file.to_owned(), reason.to_owned());
        verdict.findings.push(Finding::BadHealing { file, reason });
    };
    for piece in healed {
        // Between the record and the renaming the piece still has its other name.
        let pending = piece.file.replacen(TORN_PREFIX, layout::HEALING_PREFIX, 1);
        let content =
            fs::read(folder.join(&piece.file)).or_else(|_| fs::read(folder.join(pending)));
        match content {
            Ok(content) if Hash::of(&content) == piece.sha256 => {}
            Ok(_) => bad(&piece.file, "what healing kept in it was changed"),
            Err(_) => bad(&piece.file, "what healing kept in it was removed"),
        }
    }
    // In a log that is itself damaged the record may be what is missing.
    for name in names.iter().filter(|_| is_whole) {
        if !healed.iter().any(|piece| piece.file == *name) {
            bad(name, "no record says that this was cut off");
        }
    }
    Ok(())
}
