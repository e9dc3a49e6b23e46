//! The independent verifier, over the same logs as our own.

use std::fs;
use std::path::Path;

use cofferdam_audit::{
    LogOptions, SigningKey, VerifyOptions, cosign, latest_checkpoint, verify_log,
};

use crate::sample::{append, closed_log, key, open, segment, verify};
use crate::tools::{mutate, verify_independently};

fn agree(folder: &Path, is_intact: bool) -> String {
    let public = tempfile::NamedTempFile::new().unwrap();
    fs::write(public.path(), key().public_key().to_openssh().unwrap()).unwrap();
    let arguments = ["--key", public.path().to_str().unwrap()];
    let (answer, text) = verify_independently("log", folder, &arguments);
    let verdict = verify(folder);
    assert_eq!((answer, verdict.is_intact()), (is_intact, is_intact), "{text}\n{verdict}");
    text
}

#[test]
fn both_take_good_logs() {
    for count in [1, 2, 7, 16, 33] {
        let folder = tempfile::tempdir().unwrap();
        closed_log(folder.path(), count);
        let text = agree(folder.path(), true);
        assert!(
            text.ends_with(&format!("intact, {count} records, {count} of them signed")),
            "{text}"
        );
    }
}

#[test]
fn both_take_logs_with_segments_many_checkpoints_an_open_end_and_a_healed_one() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        LogOptions { segment_bytes: 900, records_per_checkpoint: 4, ..LogOptions::default() };
    let mut log = cofferdam_audit::Log::open(folder.path(), &key(), options).unwrap();
    append(&mut log, 30);
    let last = verify(folder.path()).segments;
    assert!(last > 5);
    let mut names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("records-"))
        .collect();
    names.sort();
    let mut bytes = fs::read(names.last().unwrap()).unwrap();
    bytes.extend(b"{\"torn");
    fs::write(names.last().unwrap(), bytes).unwrap();
    agree(folder.path(), false);
    append(&mut log, 2);
    agree(folder.path(), true);
}

#[test]
fn both_find_the_same_logs_tampered_with() {
    let tamper: [fn(&mut Vec<String>); 8] = [
        |lines| lines[3] = lines[3].replace("true", "false"),
        |lines| lines[8] = lines[8].replace("true", "false"),
        |lines| drop(lines.remove(4)),
        |lines| lines.insert(4, lines[3].clone()),
        |lines| lines.swap(4, 5),
        |lines| lines.truncate(6),
        |lines| lines[2] = String::from("{}"),
        |lines| lines[2] = lines[2].replace("\"sequence\"", "\"more\":1,\"sequence\""),
    ];
    for edit in tamper {
        let folder = tempfile::tempdir().unwrap();
        closed_log(folder.path(), 9);
        let text = fs::read_to_string(segment(folder.path())).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        edit(&mut lines);
        fs::write(segment(folder.path()), lines.join("\n") + "\n").unwrap();
        agree(folder.path(), false);
    }
}

#[test]
fn both_find_every_tampered_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 5);
    let path = folder.path().join("checkpoints.jsonl");
    let good = fs::read_to_string(&path).unwrap();
    let last_line = good.lines().last().unwrap().to_owned();
    let note = latest_checkpoint(folder.path()).unwrap().unwrap().to_string();
    let size_line = "\\n5\\n";
    assert!(last_line.contains(size_line) && note.contains("\n5\n"));
    for bad in [
        good.replace(size_line, "\\n4\\n"),
        good.replace("\"peaks\":[\"", "\"peaks\":[\"0"),
        good.trim_end().to_owned(),
        String::new(),
    ] {
        fs::write(&path, bad).unwrap();
        agree(folder.path(), false);
    }
}

#[test]
fn both_take_a_log_whose_key_was_changed_with_both_keys_only() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 4);
    let next = SigningKey::from_seed(&[8; 32]);
    assert!(cofferdam_audit::Log::open(folder.path(), &next, LogOptions::default()).is_err());
    let options = LogOptions { former_keys: vec![key().public_key()], ..LogOptions::default() };
    let mut log = cofferdam_audit::Log::open(folder.path(), &next, options).unwrap();
    append(&mut log, 3);
    let mut kept = log.checkpoint().unwrap();
    cosign(&mut kept, "witness.example/1", &SigningKey::from_seed(&[9; 32]), 1_760_000_000)
        .unwrap();

    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, content: String| {
        let path = files.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let kept = file("kept", kept.to_string());
    let keys = [key(), next].map(|key| key.public_key());
    let names = ["former", "next"];
    let paths: Vec<String> =
        keys.iter().zip(names).map(|(k, name)| file(name, k.to_pem().unwrap())).collect();
    for (used, is_enough) in [(vec![0, 1], true), (vec![0], false), (vec![1], false)] {
        let given = used.iter().map(|index: &usize| keys[*index].clone());
        let verdict = verify_log(folder.path(), &VerifyOptions::new(given)).unwrap();
        let mut arguments = vec!["--checkpoint", &kept];
        used.iter().for_each(|index| arguments.extend(["--key", &paths[*index]]));
        let (answer, text) = verify_independently("log", folder.path(), &arguments);
        assert_eq!((verdict.is_intact(), answer), (is_enough, is_enough), "{verdict}{text}");
    }
}

#[test]
fn the_independent_verifier_finds_changes_of_every_kind() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 3);
    let files = ["records-00000000000000000000.jsonl", "checkpoints.jsonl"];
    // Two things are no finding, and the page says so: a checkpoint that is there twice or that others cover, and a
    // log that was cut back to an older one.
    let expected = [
        "line 0 removed",
        "line 0 doubled",
        "line 1 removed",
        "line 1 doubled",
        "cut off before line 1",
    ]
    .map(|change| format!("not found: checkpoints.jsonl: {change}"));
    let lines = mutate("3", "log", folder.path(), &files);
    assert_eq!(lines[..lines.len() - 1], expected);
}

#[test]
fn a_piece_that_nobody_healed_is_found_by_both() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 3);
    fs::write(folder.path().join("torn-line-0123456789abcdef.bin"), "x").unwrap();
    agree(folder.path(), false);
}

#[test]
fn both_find_a_cut_back_log_with_a_kept_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    append(&mut log, 4);
    let kept = log.checkpoint().unwrap();
    let other = tempfile::tempdir().unwrap();
    closed_log(other.path(), 3);
    let files = tempfile::tempdir().unwrap();
    let (kept_file, public) = (files.path().join("kept"), files.path().join("key"));
    fs::write(&kept_file, kept.to_string()).unwrap();
    fs::write(&public, key().public_key().to_pem().unwrap()).unwrap();
    let arguments =
        ["--key", public.to_str().unwrap(), "--checkpoint", kept_file.to_str().unwrap()];
    assert!(verify_independently("log", folder.path(), &arguments).0);
    assert!(!verify_independently("log", other.path(), &arguments).0);
}
