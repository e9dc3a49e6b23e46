//! Appending, reading, following, rotating, proving.

use cofferdam_audit::{
    Checkpoint, ConsistencyProof, Filter, Follower, InclusionProof, Log, LogError, LogOptions,
    Records, SigningKey, VerifyOptions, latest_checkpoint, prove_consistency, prove_inclusion,
    verify_log,
};
use serde_json::json;

use crate::sample::{append, closed_log, key, open, segment, verify};

#[test]
fn a_record_is_one_line_of_canonical_json_chained_to_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    log.append("d\u{e9}\n1", "hook-started", &json!({"b": 1.50, "a": [null, "\u{1F600}"]}))
        .unwrap();
    let text = std::fs::read_to_string(segment(folder.path())).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let previous = cofferdam_audit::leaf_hash(lines[0].as_bytes());
    let start = format!(
        "{{\"deployment\":\"d\u{e9}\\n1\",\"kind\":\"hook-started\",\"payload\":{{\"a\":[null,\
         \"\u{1F600}\"],\"b\":1.5}},\"previous\":\"{previous}\",\"sequence\":1,\"time\":\""
    );
    assert!(lines[1].starts_with(&start), "{}", lines[1]);
    let value: serde_json::Value = serde_json::from_str(lines[1]).unwrap();
    assert_eq!(cofferdam_audit::canonical_json(&value).unwrap(), lines[1].as_bytes());
}

#[test]
fn what_cannot_be_recorded_exactly_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let refused = [
        log.append("d", "kind", &json!({"n": u64::MAX})),
        log.append("d", "kind", &json!({"n": [i64::MIN]})),
        log.append("d", "kind", &json!("x".repeat(1 << 20))),
        log.append("d", "log-created", &json!({})),
        log.append("d", "Kind With Spaces", &json!({})),
        log.append("d", "", &json!({})),
    ];
    assert!(refused.iter().all(Result::is_err), "{refused:?}");
    append(&mut log, 1);
    log.append("d", "kind", &json!({"n": (1_u64 << 53) - 1})).unwrap();
    assert_eq!(verify(folder.path()).records, 3);
}

#[test]
fn segments_follow_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 1000, ..LogOptions::default() };
    let mut log = Log::open(folder.path(), &key(), options.clone()).unwrap();
    append(&mut log, 20);
    log.checkpoint().unwrap();
    drop(log);
    let mut log = Log::open(folder.path(), &key(), options).unwrap();
    append(&mut log, 20);
    log.checkpoint().unwrap();
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.records, 41);
    assert!(verdict.segments > 8, "{verdict}");

    let from_middle = Filter { from_sequence: 30, ..Filter::default() };
    let records = Records::open(folder.path(), from_middle).unwrap();
    let numbers: Vec<u64> = records.map(|record| record.unwrap().sequence).collect();
    assert_eq!(numbers, (30..41).collect::<Vec<u64>>());

    std::fs::remove_file(segment(folder.path())).unwrap();
    let findings = verify(folder.path()).findings;
    let [cofferdam_audit::Finding::Removed { first: 0, .. }] = findings.as_slice() else {
        panic!("{findings:?}")
    };
}

#[test]
fn records_are_filtered() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    log.append("a", "hook-started", &json!({})).unwrap();
    log.append("b", "hook-started", &json!({})).unwrap();
    log.append("a", "hook-ended", &json!({})).unwrap();
    let count = |filter: Filter| Records::open(folder.path(), filter).unwrap().count();
    assert_eq!(count(Filter::default()), 4);
    assert_eq!(count(Filter { deployment: Some(String::from("a")), ..Filter::default() }), 2);
    assert_eq!(count(Filter { kinds: vec![String::from("hook-ended")], ..Filter::default() }), 1);
    let hour = time::Duration::hours(1);
    let now = time::OffsetDateTime::now_utc();
    assert_eq!(count(Filter { since: Some(now - hour), ..Filter::default() }), 4);
    assert_eq!(count(Filter { until: Some(now - hour), ..Filter::default() }), 0);
}

#[test]
fn a_follower_sees_each_record_once_across_segments() {
    let folder = tempfile::tempdir().unwrap();
    let options = LogOptions { segment_bytes: 500, ..LogOptions::default() };
    let mut log = Log::open(folder.path(), &key(), options).unwrap();
    let mut all = Follower::open(folder.path(), Filter::default(), false).unwrap();
    let mut seen: Vec<u64> = all.poll().unwrap().iter().map(|record| record.sequence).collect();
    append(&mut log, 3);
    let mut news = Follower::open(folder.path(), Filter::default(), true).unwrap();
    for _ in 0..5 {
        append(&mut log, 2);
        seen.extend(all.poll().unwrap().iter().map(|record| record.sequence));
        assert_eq!(all.poll().unwrap(), []);
    }
    assert_eq!(seen, (0..14).collect::<Vec<u64>>());
    assert_eq!(news.poll().unwrap().first().unwrap().sequence, 4);
}

#[test]
fn every_record_below_a_checkpoint_can_be_proven() {
    for count in [1, 2, 3, 7, 8, 13] {
        let folder = tempfile::tempdir().unwrap();
        closed_log(folder.path(), count);
        for sequence in 0..count as u64 {
            let (line, proof) = prove_inclusion(folder.path(), sequence).unwrap();
            let proof = InclusionProof::parse(&proof.to_string()).unwrap();
            proof.verify(&line, &[key().public_key()]).unwrap();
            assert!(proof.verify(b"another line", &[key().public_key()]).is_err());
            let mut elsewhere = proof.clone();
            elsewhere.index = (sequence + 1) % count as u64;
            assert!(count == 1 || elsewhere.verify(&line, &[key().public_key()]).is_err());
        }
        let error = prove_inclusion(folder.path(), count as u64).unwrap_err();
        assert!(matches!(error, LogError::NotCovered { .. }), "{error}");
    }
}

#[test]
fn growth_can_be_proven_between_any_two_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    for _ in 0..12 {
        checkpoints.push(log.checkpoint().unwrap().checkpoint);
        append(&mut log, 1);
        log.checkpoint().unwrap();
        for old in &checkpoints {
            let proof = prove_consistency(folder.path(), old.size).unwrap();
            let proof = ConsistencyProof::parse(&proof.to_string()).unwrap();
            proof.verify(old, &[key().public_key()]).unwrap();
            let other = Checkpoint { root: cofferdam_audit::Hash::ZERO, ..old.clone() };
            assert!(proof.verify(&other, &[key().public_key()]).is_err());
        }
    }
}

#[test]
fn the_key_can_be_changed_and_both_are_needed_to_verify() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 3);
    let next_key = SigningKey::from_seed(&[8; 32]);
    let error = Log::open(folder.path(), &next_key, LogOptions::default()).err().unwrap();
    assert!(matches!(error, LogError::ForeignKey { .. }), "{error}");
    let options = LogOptions { former_keys: vec![key().public_key()], ..LogOptions::default() };
    let mut log = Log::open(folder.path(), &next_key, options).unwrap();
    append(&mut log, 1);
    log.checkpoint().unwrap();
    let keys = [key().public_key(), next_key.public_key()];
    let verdict = verify_log(folder.path(), &VerifyOptions::new(keys)).unwrap();
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.signers.len(), 2);
    let kinds: Vec<String> = Records::open(folder.path(), Filter::default())
        .unwrap()
        .map(|record| record.unwrap().kind)
        .collect();
    assert!(kinds.contains(&String::from("log-key-changed")), "{kinds:?}");
    assert!(!verify(folder.path()).is_intact());
}

#[test]
fn a_log_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| LogOptions { origin: Some(name.to_owned()), ..LogOptions::default() };
    let log = Log::open(folder.path(), &key(), named("example.com/audit")).unwrap();
    assert_eq!(log.origin(), "example.com/audit");
    let latest = latest_checkpoint(folder.path()).unwrap().unwrap();
    assert_eq!(latest.checkpoint.origin, "example.com/audit");
    let error = Log::open(folder.path(), &key(), named("example.com/other")).err().unwrap();
    assert!(matches!(error, LogError::Origin { .. }), "{error}");
}

#[test]
fn a_name_that_no_checkpoint_can_have_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let options = LogOptions { origin: Some(String::from("two words")), ..LogOptions::default() };
    assert!(Log::open(folder.path(), &key(), options).is_err());
    Log::open(folder.path(), &key(), LogOptions::default()).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_the_log_or_its_secret() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit");
    closed_log(&log, 2);
    let secret = log.join("digest.key");
    let made = cofferdam_audit::DigestKey::load_or_create(&secret).unwrap();
    let read = cofferdam_audit::DigestKey::load_or_create(&secret).unwrap();
    assert_eq!(made.digest(b"x"), read.digest(b"x"));
    assert_ne!(made.digest(b"x"), made.digest(b"y"));
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&log), mode(&secret)), (0o700, 0o600));
}
