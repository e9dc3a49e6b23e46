//! Packages that are too much: bombs, floods of entries, endless paths.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use cofferdam_package::{Archive, Damage, ExtractError, ExtractLimits, Limit, extract};

use crate::raw_tar::{RawTar, gzip};
use crate::raw_zip::{RawEntry, zip};
use crate::workplace::{Workplace, assert_damaged, assert_limited};

fn small() -> ExtractLimits {
    ExtractLimits {
        max_entries: 3,
        max_total_bytes: 100,
        max_file_bytes: 60,
        max_path_bytes: 40,
        max_path_depth: 4,
        ..ExtractLimits::default()
    }
}

/// Extracts the same files as tar and as zip: both must stop at the same limit.
#[track_caller]
fn limited(files: &[(&str, usize)], name: &str, limit: Limit) {
    let tar = files
        .iter()
        .fold(RawTar::default(), |tar, (name, size)| tar.file(name, &vec![b'x'; *size]));
    let place = Workplace::with("big.1.0.0.tgz", &gzip(&tar.end()));
    assert_limited(place.extract_within("big.1.0.0.tgz", &small()), name, limit);
    let entries: Vec<_> =
        files.iter().map(|(name, size)| RawEntry::deflated(name, &vec![b'x'; *size])).collect();
    let place = Workplace::with("big.1.0.0.zip", &zip(&entries));
    // A zip says how many entries it has before it names any.
    let name = if matches!(limit, Limit::Entries(_)) { "big.1.0.0.zip" } else { name };
    assert_limited(place.extract_within("big.1.0.0.zip", &small()), name, limit);
}

#[test]
fn each_limit_is_named_with_the_entry_that_exceeds_it() {
    limited(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)], "d", Limit::Entries(3));
    limited(&[("a", 50), ("b", 51)], "b", Limit::TotalBytes(100));
    limited(&[("a", 61)], "a", Limit::FileBytes(60));
    limited(&[("a/b/c/d/e", 1)], "a/b/c/d/e", Limit::PathDepth(4));
    let long = "x".repeat(41);
    limited(&[(&long, 1)], &long, Limit::PathBytes(40));
}

#[test]
fn a_gzip_bomb_is_stopped_by_its_ratio() {
    let tar = RawTar::default().file("zeros", &vec![0; 80 << 20]).end();
    let place = Workplace::with("bomb.1.0.0.tgz", &gzip(&tar));
    assert_limited(place.extract("bomb.1.0.0.tgz"), "zeros", Limit::Ratio(200));
    let written = std::fs::metadata(place.out().join("zeros")).unwrap().len();
    assert!(written <= 64 << 20, "{written}");
}

#[test]
fn a_zip_bomb_is_stopped_before_anything_is_written() {
    let bomb = RawEntry::deflated("zeros", &vec![0; 80 << 20]);
    let place = Workplace::with("bomb.1.0.0.zip", &zip(&[bomb]));
    assert_limited(place.extract("bomb.1.0.0.zip"), "zeros", Limit::Ratio(200));
    assert_eq!(std::fs::read_dir(place.out()).unwrap().count(), 0);
}

#[test]
fn a_zip_that_lies_about_sizes_is_stopped_at_the_size_it_declared() {
    let honest = RawEntry::deflated("zeros", &vec![0; 80 << 20]);
    let place = Workplace::with("liar.1.0.0.zip", &zip(&[RawEntry { bytes: 1000, ..honest }]));
    let result = place.extract("liar.1.0.0.zip");
    assert_damaged(result, Some("zeros"), Damage::LongerThanDeclared { declared: 1000 });
    assert_eq!(std::fs::metadata(place.out().join("zeros")).unwrap().len(), 0);
}

#[test]
fn endless_zeros_after_the_end_are_refused() {
    let mut tar = RawTar::default().file("a", b"x").end();
    tar.resize(tar.len() + (5 << 20), 0);
    let place = Workplace::with("long.1.0.0.tgz", &gzip(&tar));
    assert_damaged(place.extract("long.1.0.0.tgz"), Some("a"), Damage::TrailingBytes);
}

#[test]
fn a_directory_that_promises_more_entries_than_it_has_costs_nothing() {
    let mut bytes = zip(&[RawEntry::stored("a", b"x")]);
    let end = bytes.len() - 22;
    bytes[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    let place = Workplace::with("liar.1.0.0.zip", &bytes);
    let damage = Damage::ZipStructure("its directory's size does not fit its number of entries");
    assert_damaged(place.extract("liar.1.0.0.zip"), None, damage);
}

#[test]
fn cancelling_stops_and_progress_is_told() {
    let content = vec![b'x'; 1 << 20];
    let tar = (0..20).fold(RawTar::default(), |tar, at| tar.file(at.to_string(), &content)).end();
    let entries: Vec<_> = (0..20).map(|at| RawEntry::deflated(at.to_string(), &content)).collect();
    for (name, bytes) in [("a.1.0.0.tar", tar), ("a.1.0.0.zip", zip(&entries))] {
        let place = Workplace::with(name, &bytes);
        let archive = Archive::open(&place.path(name)).unwrap();
        let cancel = AtomicBool::new(false);
        let seen = AtomicU64::new(0);
        let mut progress = |progress: cofferdam_package::Progress| {
            assert_eq!(progress.package_bytes_total, bytes.len() as u64);
            seen.store(progress.bytes_written, Ordering::Relaxed);
            cancel.store(progress.bytes_written >= 3 << 20, Ordering::Relaxed);
        };
        let limits = ExtractLimits::default();
        let result = extract(&archive, &place.dir("out"), &limits, &mut progress, &cancel);
        assert!(matches!(result, Err(ExtractError::Cancelled)), "{result:?}");
        assert!(seen.into_inner() >= 3 << 20);
    }
}
