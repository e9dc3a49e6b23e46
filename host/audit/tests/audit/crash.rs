//! Crashes, several processes, a full disk: real processes that are really killed.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use cofferdam_audit::{Finding, HealedReason, Log, LogOptions};
use serde_json::json;

use crate::sample::{append, closed_log, key, open, segment, verify};

const FOLDER: &str = "COFFERDAM_TEST_LOG";
const RECORDS: &str = "COFFERDAM_TEST_RECORDS";

/// Small segments and frequent checkpoints, so that the rare moments come often.
fn busy_options() -> LogOptions {
    LogOptions { segment_bytes: 4096, records_per_checkpoint: 7, ..LogOptions::default() }
}

/// Not a test: what the child processes of the tests below do. Appends, and prints the number of
/// each record that was appended; stops at the first error, which it prints.
#[test]
#[ignore = "run by other tests as a process of its own"]
fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let records: usize = std::env::var(RECORDS).unwrap().parse().unwrap();
    let mut log = Log::open(Path::new(&folder), &key(), busy_options()).unwrap();
    for index in 0..records {
        let payload = json!({"index": index, "process": std::process::id(), "x": "y".repeat(300)});
        match log.append("child", "test", &payload) {
            Ok(appended) => println!("appended {}", appended.sequence),
            Err(error) => {
                println!("failed {error}");
                return;
            }
        }
    }
}

fn start_child(folder: &Path, records: usize, shell_prefix: &str) -> Child {
    let test = std::env::current_exe().unwrap();
    Command::new("bash")
        .args(["-c", &format!("{shell_prefix} exec \"$0\" \"$@\"")])
        .arg(test)
        .args(["crash::child", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(RECORDS, records.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The numbers of the records that the child says it appended, and its error if it had one.
fn report(output: &str) -> (Vec<u64>, Option<String>) {
    let appended =
        output.lines().filter_map(|line| line.strip_prefix("appended ")?.parse().ok()).collect();
    let failed = output.lines().find_map(|line| line.strip_prefix("failed ").map(str::to_owned));
    (appended, failed)
}

#[test]
fn a_killed_process_loses_nothing_that_it_was_told_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    let mut told = Vec::new();
    for round in 0..8 {
        let mut child = start_child(folder.path(), 1_000_000, "");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = 20 + round * 17;
        while told.len() % 1000 < wanted {
            let line = lines.next().unwrap().unwrap();
            told.extend(report(&line).0);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        told.extend(lines.map_while(Result::ok).flat_map(|line| report(&line).0));
        told.resize(told.len().next_multiple_of(1000), u64::MAX);
    }
    let mut log = open(folder.path());
    append(&mut log, 1);
    log.checkpoint().unwrap();
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    told.retain(|sequence| *sequence != u64::MAX);
    assert!(told.len() > 8 * 20);
    assert!(told.iter().all(|sequence| *sequence < verdict.records));
    assert!(told.is_sorted() && told.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn an_unfinished_record_is_kept_and_put_on_record() {
    let folder = tempfile::tempdir().unwrap();
    let mut log = open(folder.path());
    append(&mut log, 3);
    let torn = br#"{"deployment":"deployment-1","kind":"file-ch"#;
    let mut file = OpenOptions::new().append(true).open(segment(folder.path())).unwrap();
    file.write_all(torn).unwrap();
    let findings = verify(folder.path()).findings;
    let [Finding::Torn { bytes: 44, .. }] = findings.as_slice() else { panic!("{findings:?}") };

    // The process that is still there heals as well as one that starts later.
    append(&mut log, 1);
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.records, 6);
    let [healed] = verdict.healed.as_slice() else { panic!("{verdict}") };
    assert_eq!((healed.bytes, healed.reason), (44, HealedReason::IncompleteLine));
    assert_eq!(fs::read(folder.path().join(&healed.file)).unwrap(), torn);

    fs::write(folder.path().join(&healed.file), "something else").unwrap();
    let findings = verify(folder.path()).findings;
    let [Finding::BadHealing { .. }] = findings.as_slice() else { panic!("{findings:?}") };
}

#[test]
fn healing_that_was_itself_interrupted_is_finished_by_the_next_process() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 4);
    // The bytes were copied and cut off; the process died before it wrote the record.
    fs::write(folder.path().join("healing-line-0011223344556677.bin"), "{\"depl").unwrap();
    // An unfinished copy is no evidence of anything.
    fs::write(folder.path().join("healing-line-0000000000000000.bin.new-1"), "{").unwrap();
    open(folder.path());
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.healed[0].file, "torn-line-0011223344556677.bin");
    assert_eq!(verdict.healed[0].bytes, 6);
}

#[test]
fn whole_lines_that_continue_nothing_are_kept_and_put_on_record() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 4);
    let mut file = OpenOptions::new().append(true).open(segment(folder.path())).unwrap();
    file.write_all(b"\0\0\0\0\0\n{}\n").unwrap();
    open(folder.path()).checkpoint().unwrap();
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.healed[0].reason, HealedReason::ForeignLines);
    assert_eq!(verdict.healed[0].bytes, 9);
}

#[test]
fn an_unfinished_checkpoint_is_kept_and_put_on_record() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 4);
    let path = folder.path().join("checkpoints.jsonl");
    OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"last\":").unwrap();
    assert!(!verify(folder.path()).is_intact());
    open(folder.path()).checkpoint().unwrap();
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.healed[0].reason, HealedReason::IncompleteCheckpoint);
}

#[test]
fn a_cut_off_piece_that_no_record_names_is_found() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 4);
    fs::write(folder.path().join("torn-line-0011223344556677.bin"), "x").unwrap();
    let findings = verify(folder.path()).findings;
    let [Finding::BadHealing { .. }] = findings.as_slice() else { panic!("{findings:?}") };
}

#[test]
fn a_log_that_lost_signed_records_is_not_continued() {
    let folder = tempfile::tempdir().unwrap();
    closed_log(folder.path(), 6);
    let records = fs::read_to_string(segment(folder.path())).unwrap();
    let kept: String = records.split_inclusive('\n').take(3).collect();
    fs::write(segment(folder.path()), kept).unwrap();
    let error = Log::open(folder.path(), &key(), LogOptions::default()).err().unwrap();
    assert!(error.to_string().contains("cannot be continued"), "{error}");
}

#[test]
fn what_others_signed_is_not_cut_off_as_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut idle = open(folder.path());
    closed_log(folder.path(), 6);
    let records = fs::read_to_string(segment(folder.path())).unwrap();
    let changed = records.replacen("\"ok\":true", "\"ok\":tru ", 1);
    assert_ne!(changed, records);
    fs::write(segment(folder.path()), &changed).unwrap();
    let error = idle.append("deployment-1", "file-changed", &json!({})).unwrap_err();
    assert!(error.to_string().contains("record 1 is signed"), "{error}");
    assert_eq!(fs::read_to_string(segment(folder.path())).unwrap(), changed);
}

#[test]
fn several_processes_append_to_one_log() {
    let folder = tempfile::tempdir().unwrap();
    let children: Vec<Child> = (0..3).map(|_| start_child(folder.path(), 150, "")).collect();
    let mut told = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let (appended, failed) = report(&String::from_utf8(output.stdout).unwrap());
        assert_eq!((appended.len(), failed), (150, None));
        told.extend(appended);
    }
    told.sort_unstable();
    assert_eq!(told, (1..=450).collect::<Vec<u64>>(), "each number once");
    let mut log = Log::open(folder.path(), &key(), busy_options()).unwrap();
    log.checkpoint().unwrap();
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!((verdict.records, verdict.signed_records), (451, 451));
    assert!(verdict.segments > 10, "{verdict}");
}

#[test]
fn a_full_disk_stops_the_log_and_leaves_nothing_half_written() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    // 3 KiB a file is less than a segment: the write that would pass it is cut short.
    let child = start_child(folder.path(), 1_000_000, "trap '' XFSZ; ulimit -f 3;");
    let output = child.wait_with_output().unwrap();
    let (appended, failed) = report(&String::from_utf8(output.stdout).unwrap());
    let failed = failed.expect("the disk was full");
    assert!(failed.contains("what it announces must not happen"), "{failed}");
    let verdict = verify(folder.path());
    assert!(verdict.is_intact(), "{verdict}");
    assert_eq!(verdict.records, appended.len() as u64 + 1);
    assert_eq!(verdict.healed, [], "there was nothing to heal");

    let mut log = open(folder.path());
    append(&mut log, 1);
    log.checkpoint().unwrap();
    assert!(verify(folder.path()).is_intact());
}

#[test]
fn a_log_is_intact_while_others_append_to_it() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path());
    let mut child = start_child(folder.path(), 1_000_000, "");
    let mut last = 0;
    while last < 500 {
        let verdict = verify(folder.path());
        assert!(verdict.is_intact(), "{verdict}");
        last = verdict.records;
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
