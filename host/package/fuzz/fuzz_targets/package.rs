//! Reads bytes as a package in a temporary folder and checks what is there afterwards.

use std::sync::atomic::AtomicBool;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_package::{Archive, EntryKind, ExtractLimits, extract, scan};

/// Scans and extracts `bytes` under small limits. Point `TMPDIR` at a tmpfs.
pub fn read(name: &str, bytes: &[u8]) {
    let limits =
        ExtractLimits { max_entries: 100, max_total_bytes: 1 << 20, ..ExtractLimits::default() };
    let place = tempfile::tempdir().unwrap();
    let (package, out) = (place.path().join(name), place.path().join("out"));
    std::fs::write(&package, bytes).unwrap();
    std::fs::create_dir(&out).unwrap();
    let Ok(archive) = Archive::open(&package) else { return };
    let never = AtomicBool::new(false);
    let scanned = scan(&archive, &limits, |_| true, &never);
    let folder = Dir::open_ambient_dir(&out, ambient_authority()).unwrap();
    let extracted = extract(&archive, &folder, &limits, &mut |_| {}, &never);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 2, "something escaped");
    let (Ok(scanned), Ok(extracted)) = (scanned.as_ref(), extracted.as_ref()) else {
        assert_eq!(scanned.is_ok(), extracted.is_ok(), "{scanned:?} {extracted:?}");
        return;
    };
    assert_eq!(scanned.manifest, extracted.manifest);
    assert_eq!(scanned.package_sha256, extracted.package_sha256);
    // The sandboxed result against the unsandboxed truth.
    let root = out.canonicalize().unwrap();
    for entry in &extracted.manifest.files {
        let path = out.join(entry.path.as_path());
        let metadata = std::fs::symlink_metadata(&path).unwrap();
        match entry.kind {
            EntryKind::File { size, .. } => assert!(metadata.is_file() && metadata.len() == size),
            EntryKind::Directory => assert!(metadata.is_dir()),
            EntryKind::Symlink { .. } => {
                assert!(metadata.is_symlink());
                if let Ok(leads_to) = path.canonicalize() {
                    assert!(leads_to.starts_with(&root), "{} leads out", entry.path);
                }
            }
        }
    }
}
