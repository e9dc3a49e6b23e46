//! Every way to change a log that we can think of, and what verification calls it.

use std::fs;
use std::path::Path;

use cofferdam_audit::{
    Finding, LogOptions, SignedCheckpoint, SigningKey, VerifyOptions, Witness, cosign,
    latest_checkpoint, leaf_hash, verify_log,
};
use proptest::prelude::*;

use crate::sample::{append, closed_log, key, open, segment, verify};

fn lines(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(segment(folder)).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn write_lines(folder: &Path, lines: &[String]) {
    fs::write(segment(folder), lines.join("\n") + "\n").unwrap();
}

/// The findings after `edit` had its way with the lines of a closed log of `count` records.
fn findings_after(count: usize, edit: impl FnOnce(&mut Vec<String>)) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), count);
    assert_eq!(verify(folder.path()).findings, []);
    let mut edited = lines(folder.path());
    edit(&mut edited);
    write_lines(folder.path(), &edited);
    verify(folder.path()).findings
}

/// Chains the lines from `from` on anew, as somebody who knows the format would.
fn chain_anew(lines: &mut [String], from: usize) {
    for index in from..lines.len() {
        let mut record: serde_json::Value = serde_json::from_str(&lines[index]).unwrap();
        record["previous"] = match index {
            0 => "0".repeat(64).into(),
            _ => leaf_hash(lines[index - 1].as_bytes()).to_string().into(),
        };
        record["sequence"] = index.into();
        let line = cofferdam_audit::canonical_json(&record).unwrap();
        lines[index] = String::from_utf8(line).unwrap();
    }
}

#[test]
fn a_changed_record_is_named() {
    for changed in 0..9 {
        let findings = findings_after(9, |lines| {
            lines[changed] = lines[changed].replace("\"time\":\"2", "\"time\":\"3");
        });
        let changed = changed as u64;
        assert_eq!(findings, [Finding::Changed { first: changed, last: changed }]);
    }
}

#[test]
fn a_changed_last_record_is_named_whatever_the_size() {
    for count in 1..20 {
        let last = count - 1;
        let findings = findings_after(count, |lines| {
            lines[last] = lines[last].replace("\"time\":\"2", "\"time\":\"3");
        });
        let last = last as u64;
        assert_eq!(findings, [Finding::Changed { first: last, last }]);
    }
}

#[test]
fn a_record_that_lies_about_the_one_before_is_named() {
    let findings = findings_after(9, |lines| {
        let previous = leaf_hash(lines[3].as_bytes()).to_string();
        lines[4] = lines[4].replace(&previous, &"0".repeat(64));
    });
    assert_eq!(findings, [Finding::Changed { first: 4, last: 4 }]);
}

#[test]
fn removed_records_are_named() {
    let findings = findings_after(9, |lines| drop(lines.drain(3..5)));
    assert_eq!(findings, [Finding::Removed { first: 3, last: 4 }]);
    let findings = findings_after(9, |lines| drop(lines.remove(0)));
    assert_eq!(findings, [Finding::Removed { first: 0, last: 0 }]);
}

#[test]
fn an_inserted_record_is_named() {
    let findings = findings_after(9, |lines| {
        let inserted = lines[4].replace("\"time\":\"2", "\"time\":\"3");
        lines.insert(4, inserted);
    });
    let [Finding::Inserted { sequence: 4, line: 5, .. }] = findings.as_slice() else {
        panic!("{findings:?}")
    };
}

#[test]
fn a_copied_record_is_named() {
    let findings = findings_after(9, |lines| lines.insert(7, lines[2].clone()));
    let [Finding::Inserted { sequence: 2, line: 8, .. }] = findings.as_slice() else {
        panic!("{findings:?}")
    };
}

#[test]
fn a_moved_record_is_named() {
    let findings = findings_after(9, |lines| {
        let moved = lines.remove(3);
        lines.insert(5, moved);
    });
    assert_eq!(findings, [Finding::Reordered { sequence: 3, after: 5 }]);
}

#[test]
fn a_truncated_log_is_called_so() {
    let findings = findings_after(9, |lines| lines.truncate(6));
    assert_eq!(findings, [Finding::Truncated { records: 6, signed: 9, is_kept: false }]);
}

#[test]
fn a_line_that_is_no_record_is_named() {
    let findings = findings_after(9, |lines| lines[4] = String::from("{}"));
    let [Finding::Unreadable { expected: 4, line: 5, .. }] = findings.as_slice() else {
        panic!("{findings:?}")
    };
}

#[test]
fn two_changes_are_both_named() {
    let findings = findings_after(12, |lines| {
        lines[2] = lines[2].replace("true", "false");
        lines[8] = lines[8].replace("true", "false");
    });
    let changed = |at| Finding::Changed { first: at, last: at };
    assert_eq!(findings, [changed(2), changed(8)]);
}

#[test]
fn a_chain_that_was_written_anew_is_found_from_its_first_change_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    append(&mut log, 4);
    log.checkpoint().unwrap();
    append(&mut log, 4);
    log.checkpoint().unwrap();
    let mut edited = lines(folder.path());
    edited[6] = edited[6].replace("true", "false");
    chain_anew(&mut edited, 7);
    write_lines(folder.path(), &edited);
    // Of the nine records the first five were signed before, and 6 is in the subtree of 0 to 7.
    let expected = Finding::Rewritten { first: 5, last: 8, checkpoint: 9, is_kept: false };
    assert_eq!(verify(folder.path()).findings, [expected]);
}

#[test]
fn records_after_the_last_checkpoint_are_counted_as_unsigned() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    append(&mut log, 4);
    log.checkpoint().unwrap();
    append(&mut log, 3);
    let verdict = verify(folder.path());
    assert!(verdict.is_intact());
    assert_eq!((verdict.records, verdict.signed_records), (8, 5));
    assert!(
        verdict.to_string().contains("at the end, 3 records chained but not covered"),
        "{verdict}"
    );
}

#[test]
fn a_log_cut_back_to_an_older_checkpoint_is_found_with_a_kept_one() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 5);
    let records = fs::read(segment(folder.path())).unwrap();
    let checkpoints = fs::read(folder.path().join("checkpoints.jsonl")).unwrap();
    let kept_file = folder.path().join("kept");
    let options = LogOptions { checkpoint_file: Some(kept_file.clone()), ..LogOptions::default() };
    let mut log = cofferdam_audit::Log::open(folder.path(), &key(), options).unwrap();
    append(&mut log, 4);
    log.checkpoint().unwrap();
    fs::write(segment(folder.path()), records).unwrap();
    fs::write(folder.path().join("checkpoints.jsonl"), checkpoints).unwrap();

    assert!(verify(folder.path()).is_intact(), "nothing in the folder can tell");
    let kept = SignedCheckpoint::parse(&fs::read_to_string(kept_file).unwrap()).unwrap();
    let mut options = VerifyOptions::new([key().public_key()]);
    options.kept_checkpoints.push(kept);
    let findings = verify_log(folder.path(), &options).unwrap().findings;
    assert_eq!(findings, [Finding::Truncated { records: 5, signed: 9, is_kept: true }]);
}

#[test]
fn a_history_that_the_key_owner_wrote_anew_is_found_with_a_kept_checkpoint() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options =
        LogOptions { origin: Some(String::from("example.com/log")), ..LogOptions::default() };
    for (folder, count) in [(&first, 4), (&second, 6)] {
        let mut log = cofferdam_audit::Log::open(folder.path(), &key(), options.clone()).unwrap();
        append(&mut log, count);
        log.checkpoint().unwrap();
    }
    let kept = latest_checkpoint(first.path()).unwrap().unwrap();
    let mut options = VerifyOptions::new([key().public_key()]);
    options.kept_checkpoints.push(kept);
    let verdict = verify_log(second.path(), &options).unwrap();
    let [Finding::Rewritten { checkpoint: 5, is_kept: true, .. }] = verdict.findings.as_slice()
    else {
        panic!("{verdict}")
    };
}

#[test]
fn witnesses_are_counted_under_the_newest_kept_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 5);
    let witness_key = SigningKey::from_seed(&[9; 32]);
    let witness = Witness::new("witness.example/1", &witness_key.public_key()).unwrap();
    let mut kept = latest_checkpoint(folder.path()).unwrap().unwrap();
    let mut options = VerifyOptions::new([key().public_key()]);
    options.witnesses.push(Witness::parse_vkey(&witness.to_vkey()).unwrap());
    options.minimum_cosignatures = 1;
    options.kept_checkpoints = vec![kept.clone()];
    let findings = verify_log(folder.path(), &options).unwrap().findings;
    assert_eq!(findings, [Finding::Uncosigned { found: 0, wanted: 1 }]);

    cosign(&mut kept, "witness.example/1", &witness_key, 1_760_000_000).unwrap();
    let kept = SignedCheckpoint::parse(&kept.to_string()).unwrap();
    options.kept_checkpoints = vec![kept];
    let verdict = verify_log(folder.path(), &options).unwrap();
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.cosigned_by, ["witness.example/1"]);
}

#[test]
fn another_log_by_the_same_key_is_not_the_one_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 3);
    let mut options = VerifyOptions::new([key().public_key()]);
    options.origin = verify(folder.path()).origin;
    assert!(verify_log(folder.path(), &options).unwrap().is_intact());
    options.origin = Some(String::from("example.com/another"));
    let verdict = verify_log(folder.path(), &options).unwrap();
    assert!(verdict.to_string().contains("it is that of another log"), "{verdict}");
}

#[test]
fn checkpoints_by_another_key_count_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 5);
    let stranger = SigningKey::from_seed(&[8; 32]).public_key();
    let verdict = verify_log(folder.path(), &VerifyOptions::new([stranger])).unwrap();
    assert_eq!(verdict.signed_records, 0);
    assert!(verdict.findings.iter().all(|f| matches!(f, Finding::BadCheckpoint { .. })));
    assert!(!verdict.is_intact());
}

#[test]
fn a_log_without_its_checkpoints_is_not_intact_and_not_continued() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 5);
    fs::remove_file(folder.path().join("checkpoints.jsonl")).unwrap();
    assert_eq!(verify(folder.path()).findings, [Finding::NoCheckpoints]);
    let error =
        cofferdam_audit::Log::open(folder.path(), &key(), LogOptions::default()).err().unwrap();
    assert!(error.to_string().contains("it has records and no checkpoints"), "{error}");
}

#[test]
fn every_changed_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 3);
    for name in ["records-00000000000000000000.jsonl", "checkpoints.jsonl"] {
        let path = folder.path().join(name);
        let good = fs::read(&path).unwrap();
        for position in 0..good.len() {
            // A neighbouring byte, and the other case of a letter.
            for byte in [good[position] ^ 1, good[position] ^ 0x20] {
                let mut bad = good.clone();
                bad[position] = byte;
                fs::write(&path, &bad).unwrap();
                let verdict = verify(folder.path());
                assert!(!verdict.is_intact(), "{name} byte {position} as {byte:#04x}");
            }
        }
        fs::write(&path, &good).unwrap();
    }
    assert!(verify(folder.path()).is_intact());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_a_closed_log_is_found(
        count in 2..40usize,
        position in any::<prop::sample::Index>(),
        removed in 0..300usize,
        inserted in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let folder = tempfile::tempdir().unwrap();
        closed_log(folder.path(), count);
        let path = segment(folder.path());
        let good = fs::read(&path).unwrap();
        let start = position.index(good.len());
        let end = (start + removed).min(good.len());
        let mut bad = good.clone();
        bad.splice(start..end, inserted);
        prop_assume!(bad != good);
        fs::write(&path, bad).unwrap();
        prop_assert!(!verify(folder.path()).is_intact());
    }
}
