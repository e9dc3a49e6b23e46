//! Telling what is wrong with a log once something is: the slow and careful second pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::lines::{Line, Lines};
use super::record::Link;
use super::{Finding, LogError, layout};
use crate::merkle::{Hash, leaf_hash};

/// One line of the log, without its content.
struct Entry {
    sequence: u64,
    previous: Hash,
    leaf: Hash,
    segment: u64,
    line: u64,
}

/// How many records there are (the highest number and one), and what is wrong with them.
pub(super) fn diagnose(folder: &Path, segments: &[u64]) -> Result<(u64, Vec<Finding>), LogError> {
    let mut findings = Vec::new();
    let mut unreadable = BTreeSet::new();
    let mut entries = Vec::new();
    for (index, segment) in segments.iter().enumerate() {
        let is_last_segment = index + 1 == segments.len();
        let expected = entries.last().map_or(0, |entry: &Entry| entry.sequence.saturating_add(1));
        if expected != *segment {
            let segment = layout::segment_name(*segment);
            findings.push(Finding::Misplaced { segment, expected });
        }
        read_segment(
            folder,
            *segment,
            is_last_segment,
            &mut entries,
            &mut unreadable,
            &mut findings,
        )?;
    }
    let by_right = drop_inserted(&entries, &mut findings);
    find_moved(&by_right, &mut findings);
    let records = find_missing(&by_right, &unreadable, &mut findings);
    find_changed(&by_right, &mut findings);
    // A segment that seems misplaced because records before it are missing needs no second line.
    let explained = findings
        .iter()
        .any(|finding| !matches!(finding, Finding::Misplaced { .. } | Finding::Torn { .. }));
    if explained {
        findings.retain(|finding| !matches!(finding, Finding::Misplaced { .. }));
    }
    Ok((records, findings))
}

fn read_segment(
    folder: &Path,
    segment: u64,
    is_last_segment: bool,
    entries: &mut Vec<Entry>,
    unreadable: &mut BTreeSet<u64>,
    findings: &mut Vec<Finding>,
) -> Result<(), LogError> {
    let path = layout::segment_path(folder, segment);
    let mut lines = Lines::open(&path, 0).map_err(LogError::io("read", &path))?;
    let mut line_number = 0;
    let mut expected = entries.last().map_or(segment, |entry| entry.sequence.saturating_add(1));
    while let Some(line) = lines.next().map_err(LogError::io("read", &path))? {
        line_number += 1;
        let reason = match line {
            Line::Whole(bytes) => match Link::parse(bytes) {
                Ok(link) => {
                    expected = link.sequence.saturating_add(1);
                    entries.push(Entry {
                        sequence: link.sequence,
                        previous: link.previous,
                        leaf: leaf_hash(bytes),
                        segment,
                        line: line_number,
                    });
                    continue;
                }
                Err(reason) => reason,
            },
            Line::Torn(bytes) if is_last_segment => {
                let bytes = bytes.len() as u64;
                findings.push(Finding::Torn { segment: layout::segment_name(segment), bytes });
                continue;
            }
            Line::Torn(_) => String::from("it has no line end"),
            Line::TooLong => String::from("it is too long"),
        };
        unreadable.insert(expected);
        let segment = layout::segment_name(segment);
        findings.push(Finding::Unreadable { expected, segment, line: line_number, reason });
        expected = expected.saturating_add(1);
    }
    Ok(())
}

/// Of several lines with one number, the one that the next record was chained to is the record.
fn drop_inserted<'a>(entries: &'a [Entry], findings: &mut Vec<Finding>) -> Vec<&'a Entry> {
    let mut by_sequence: BTreeMap<u64, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        by_sequence.entry(entry.sequence).or_default().push(entry);
    }
    let named: BTreeSet<Hash> = entries.iter().map(|entry| entry.previous).collect();
    let leaves: BTreeSet<Hash> = entries.iter().map(|entry| entry.leaf).collect();
    // Twice the same bytes: the copy that stands where the number belongs is the record.
    let rank = |entry: &&Entry| {
        (
            named.contains(&entry.leaf),
            leaves.contains(&entry.previous),
            std::cmp::Reverse(entry.line),
        )
    };
    let mut inserted = BTreeSet::new();
    for claimants in by_sequence.values().filter(|claimants| claimants.len() > 1) {
        let record = claimants.iter().copied().max_by_key(rank);
        for claimant in claimants.iter().filter(|c| record.is_some_and(|r| !is_same_line(r, c))) {
            inserted.insert((claimant.segment, claimant.line));
            findings.push(Finding::Inserted {
                sequence: claimant.sequence,
                segment: layout::segment_name(claimant.segment),
                line: claimant.line,
            });
        }
    }
    entries.iter().filter(|e| !inserted.contains(&(e.segment, e.line))).collect()
}

fn is_same_line(a: &Entry, b: &Entry) -> bool {
    (a.segment, a.line) == (b.segment, b.line)
}

fn find_moved(entries: &[&Entry], findings: &mut Vec<Finding>) {
    let mut highest: Option<u64> = None;
    for entry in entries {
        match highest {
            Some(after) if entry.sequence < after => {
                findings.push(Finding::Reordered { sequence: entry.sequence, after });
            }
            _ => highest = Some(entry.sequence),
        }
    }
}

fn find_missing(
    entries: &[&Entry],
    unreadable: &BTreeSet<u64>,
    findings: &mut Vec<Finding>,
) -> u64 {
    let mut present: BTreeSet<u64> = entries.iter().map(|entry| entry.sequence).collect();
    present.extend(unreadable);
    let mut next = 0;
    for sequence in present {
        if sequence > next {
            findings.push(Finding::Removed { first: next, last: sequence - 1 });
        }
        next = sequence.saturating_add(1);
    }
    next
}

/// Follows the chain by number. A record that was changed breaks the link from the record after
/// it; if its own link backwards was changed as well, both its links are broken.
fn find_changed(entries: &[&Entry], findings: &mut Vec<Finding>) {
    let records: BTreeMap<u64, &Entry> = entries.iter().map(|e| (e.sequence, *e)).collect();
    if let Some(first) = records.get(&0).filter(|first| first.previous != Hash::ZERO) {
        findings.push(Finding::Changed { first: first.sequence, last: first.sequence });
    }
    let is_broken = |sequence: u64| {
        let (before, after) = (records.get(&sequence), records.get(&sequence.saturating_add(1)));
        matches!((before, after), (Some(before), Some(after)) if after.previous != before.leaf)
    };
    let mut broken = records.keys().copied().filter(|sequence| is_broken(*sequence)).peekable();
    while let Some(start) = broken.next() {
        let mut end = start;
        while broken.next_if_eq(&end.saturating_add(1)).is_some() {
            end += 1;
        }
        // One broken link: the record before it changed. A run of them: those in between did.
        let first = if start == end { start } else { start + 1 };
        findings.push(Finding::Changed { first, last: end });
    }
}
