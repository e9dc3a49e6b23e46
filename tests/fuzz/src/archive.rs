//! Any bytes as a package: nothing outside, bounded memory, and a scan agrees with extraction.

use std::io::Write as _;
use std::sync::atomic::AtomicBool;

use cofferdam_package::{
    Archive, EntryKind, ExtractError, ExtractLimits, Extraction, Scan, extract, scan,
};

use crate::folder::Place;
use crate::memory::{Budget, within};
use crate::names;

/// The readers keep buffers of fixed size in several threads, and per entry its path and digest.
const BUDGET: Budget = Budget { fixed_bytes: 64 << 20, per_input_byte: 64 };

fn limits() -> ExtractLimits {
    ExtractLimits { max_entries: 100, max_total_bytes: 1 << 20, ..ExtractLimits::default() }
}

/// A tar that is not compressed.
pub fn tar(bytes: &[u8]) {
    read("fuzz.1.0.tar", bytes);
}

/// A zip, which is also taken for a nupkg.
pub fn zip(bytes: &[u8]) {
    read("fuzz.1.0.zip", bytes);
    read("fuzz.1.0.nupkg", bytes);
}

/// A compressed tar. The first byte says how: `g`, `b`, `z` for bytes that claim to be gzip, bzip2
/// or Zstandard; `G`, `B`, `Z` for a tar that is compressed here, and must read as it would plain.
pub fn compressed_tar(bytes: &[u8]) {
    let Some((how, rest)) = bytes.split_first() else { return };
    match how {
        b'g' => drop(read("fuzz.1.0.tar.gz", rest)),
        b'b' => drop(read("fuzz.1.0.tar.bz2", rest)),
        b'z' => drop(read("fuzz.1.0.tar.zst", rest)),
        b'G' => same_as_plain("fuzz.1.0.tar.gz", rest, &gzip(rest)),
        b'B' => same_as_plain("fuzz.1.0.tar.bz2", rest, &bzip2(rest)),
        b'Z' => same_as_plain("fuzz.1.0.tar.zst", rest, &zstd::encode_all(rest, 1).unwrap()),
        _ => {}
    }
}

fn same_as_plain(name: &str, tar: &[u8], compressed: &[u8]) {
    let plain = read("fuzz.1.0.tar", tar);
    let unpacked = read(name, compressed);
    // A tar is recognised by its first header, a compressed one by its magic: what is no tar at all
    // is refused in different ways, but it is refused.
    match (plain, unpacked) {
        (Some(plain), Some(unpacked)) => {
            assert_eq!(plain.manifest, unpacked.manifest);
            assert_eq!(plain.bytes, unpacked.bytes);
        }
        (None, None) => {}
        (plain, unpacked) => panic!("plain: {plain:?}\ncompressed: {unpacked:?}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Scans and extracts; what was extracted if that worked.
fn read(name: &str, bytes: &[u8]) -> Option<Extraction> {
    let place = Place::new();
    let package = place.put_beside(name, bytes);
    let archive = Archive::open(&package).ok()?;
    let never = AtomicBool::new(false);
    let (scanned, extracted) = within(BUDGET, bytes.len(), || {
        let scanned = scan(&archive, &limits(), |_| true, &never);
        let extracted = extract(&archive, &place.open(), &limits(), &mut |_| {}, &never);
        (scanned, extracted)
    });
    place.assert_nothing_escaped(1);
    let (scanned, extracted) = both_or_none(scanned, extracted)?;
    assert_eq!(scanned.manifest, extracted.manifest);
    assert_eq!(scanned.package_sha256, extracted.package_sha256);
    if let Ok(identity) = &scanned.identity {
        names::assert_usable(identity);
    }
    assert_extracted(&place, &extracted);
    Some(extracted)
}

fn both_or_none(
    scanned: Result<Scan, ExtractError>,
    extracted: Result<Extraction, ExtractError>,
) -> Option<(Scan, Extraction)> {
    match (scanned, extracted) {
        (Ok(scanned), Ok(extracted)) => Some((scanned, extracted)),
        (Err(_), Err(_)) => None,
        (scanned, extracted) => panic!("scanned: {scanned:?}\nextracted: {extracted:?}"),
    }
}

/// The manifest against the truth.
fn assert_extracted(place: &Place, extracted: &Extraction) {
    let root = place.folder().canonicalize().unwrap();
    for entry in &extracted.manifest.files {
        let path = root.join(entry.path.as_path());
        let metadata = std::fs::symlink_metadata(&path).unwrap();
        match entry.kind {
            EntryKind::File { size, .. } => {
                assert!(metadata.is_file() && metadata.len() == size, "{}", entry.path);
            }
            EntryKind::Directory => assert!(metadata.is_dir(), "{}", entry.path),
            EntryKind::Symlink { .. } => {
                assert!(metadata.is_symlink(), "{}", entry.path);
                if let Ok(leads_to) = path.canonicalize() {
                    assert!(leads_to.starts_with(&root), "{} leads out", entry.path);
                }
            }
        }
    }
}
