//! What appending and verifying cost, next to a plain append with fsync.
//!
//! `cargo bench -p cofferdam-audit` prints medians; `-- 1000000` sets the number of records of the
//! second part (default 100,000).

use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use cofferdam_audit::{Log, LogOptions, SigningKey, VerifyOptions, prove_inclusion, verify_log};
use serde_json::{Value, json};

/// Enough for a steady median where each takes a fraction of a millisecond.
const DURABLE_ROUNDS: usize = 400;
const PLAIN_ROUNDS: usize = 20_000;
const DEFAULT_RECORDS: usize = 100_000;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let records = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let key = SigningKey::generate()?;
    single_appends(&key)?;
    for records in [records.unwrap_or(DEFAULT_RECORDS) / 10, records.unwrap_or(DEFAULT_RECORDS)] {
        whole_log(&key, records)?;
    }
    Ok(())
}

/// About 500 bytes a line, as a file change has.
fn payload(index: usize) -> Value {
    json!({
        "path": format!("wwwroot/assets/{index}.js"),
        "change": "changed",
        "by": "Substitute variables in files",
        "before": "a".repeat(64),
        "after": "b".repeat(64),
    })
}

/// Ours and the plain ones in turn, so that the machine's mood falls on all of them alike.
fn single_appends(key: &SigningKey) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut log = Log::open(&folder.path().join("log"), key, LogOptions::default())?;
    let mut plain =
        OpenOptions::new().append(true).create(true).open(folder.path().join("plain"))?;
    let (mut durable, mut fsync) = (Vec::new(), Vec::new());
    for index in 0..DURABLE_ROUNDS {
        let payload = payload(index);
        durable.push(timed(|| log.append_durable("deployment", "file-changed", &payload))?);
        let line = format!("{payload}{}\n", "x".repeat(200));
        fsync.push(timed(|| plain.write_all(line.as_bytes()).and_then(|()| plain.sync_data()))?);
    }
    let (mut buffered, mut write) = (Vec::new(), Vec::new());
    for index in 0..PLAIN_ROUNDS {
        let payload = payload(index);
        buffered.push(timed(|| log.append("deployment", "file-changed", &payload))?);
        let line = format!("{payload}{}\n", "x".repeat(200));
        write.push(timed(|| plain.write_all(line.as_bytes()))?);
    }
    print("append, durable", &mut durable);
    print("plain write and fdatasync", &mut fsync);
    print("append", &mut buffered);
    print("plain write", &mut write);
    let mut checkpoints = Vec::new();
    for index in 0..50 {
        log.append("deployment", "file-changed", &payload(index))?;
        checkpoints.push(timed(|| log.checkpoint())?);
    }
    print("append and checkpoint", &mut checkpoints);
    Ok(())
}

fn whole_log(key: &SigningKey, records: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut log = Log::open(folder.path(), key, LogOptions::default())?;
    let started = Instant::now();
    for index in 1..records {
        log.append("deployment", "file-changed", &payload(index))?;
    }
    log.checkpoint()?;
    report("append all", records, started.elapsed());
    drop(log);
    let options = VerifyOptions::new([key.public_key()]);
    let started = Instant::now();
    let verdict = verify_log(folder.path(), &options)?;
    report("verify all", records, started.elapsed());
    assert!(verdict.is_intact(), "{verdict}");
    let started = Instant::now();
    drop(black_box(Log::open(folder.path(), key, LogOptions::default())?));
    report("open", records, started.elapsed());
    let started = Instant::now();
    black_box(prove_inclusion(folder.path(), records as u64 / 3)?);
    report("prove one", records, started.elapsed());
    tamper(folder.path())?;
    let started = Instant::now();
    let verdict = verify_log(folder.path(), &options)?;
    report("find one changed record", records, started.elapsed());
    println!("  {}", verdict.findings.iter().map(ToString::to_string).collect::<String>());
    Ok(())
}

/// Changes one byte in the middle of the first segment.
fn tamper(folder: &Path) -> Result<(), Failure> {
    let path = folder.join("records-00000000000000000000.jsonl");
    let mut bytes = std::fs::read(&path)?;
    let middle = bytes.len() / 2;
    if let Some(found) = bytes[middle..].windows(4).position(|four| four == b"bbbb") {
        bytes[middle + found] = b'c';
    }
    Ok(std::fs::write(&path, bytes)?)
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<Duration, E> {
    let started = Instant::now();
    black_box(work()?);
    Ok(started.elapsed())
}

fn print(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let micros = |at: usize| times[at].as_secs_f64() * 1e6;
    let (median, late) = (micros(times.len() / 2), micros(times.len() * 95 / 100));
    println!("{what:28} median {median:8.1} us   95th {late:8.1} us");
}

fn report(what: &str, records: usize, took: Duration) {
    let each = took.as_secs_f64() * 1e6 / records as f64;
    println!("{records:>8} records: {what:24} {:8.3} s ({each:.2} us each)", took.as_secs_f64());
}
