//! Scanning: the same answers as extraction, and the wanted files, without a trace on disk.

use std::sync::atomic::AtomicBool;

use cofferdam_package::{
    Archive, EntryKind, EntryPath, ExtractLimits, Limit, Sha256Digest, scan, scan_and_extract,
};

use crate::raw_tar::{RawTar, gzip};
use crate::raw_zip::{RawEntry, zip};
use crate::workplace::{Workplace, assert_limited};

#[test]
fn a_scan_finds_what_extraction_finds() {
    let tar = RawTar::default()
        .file("./PreDeploy.wasm", b"\0asm1")
        .file("Deploy.wat", b"(module)")
        .file("app/PreDeploy.wasm", b"not in the root")
        .folder("empty/")
        .symlink("link", "app")
        .end();
    let zipped = zip(&[
        RawEntry::deflated("PreDeploy.wasm", b"\0asm1"),
        RawEntry::deflated("Deploy.wat", b"(module)"),
        RawEntry::deflated("app/PreDeploy.wasm", b"not in the root"),
        RawEntry::typed("empty/", b"", 0o040_755),
        RawEntry::typed("link", b"app", 0o120_777),
    ]);
    let mut manifests = Vec::new();
    for (name, bytes) in
        [("Acme.1.2.tar", &tar), ("Acme.1.2.tgz", &gzip(&tar)), ("Acme.1.2.zip", &zipped)]
    {
        let place = Workplace::with(name, bytes);
        let scan = place.scan(name).unwrap();
        assert_eq!(std::fs::read_dir(place.out()).unwrap().count(), 0);
        let wanted: Vec<_> =
            scan.wanted.iter().map(|file| (file.path.as_str(), &file.bytes[..])).collect();
        assert_eq!(wanted, [("Deploy.wat", &b"(module)"[..]), ("PreDeploy.wasm", b"\0asm1")]);
        assert_eq!(scan.wanted[0].sha256, Sha256Digest::of(b"(module)"));
        assert_eq!(scan.package_sha256, Sha256Digest::of(bytes));
        assert_eq!(scan.identity.as_ref().unwrap().version.as_str(), "1.2");
        let extraction = place.extract(name).unwrap();
        assert_eq!(extraction.manifest, scan.manifest, "{name}");
        assert_eq!(extraction.package_sha256, scan.package_sha256);
        assert_eq!(extraction.bytes, scan.bytes);

        let both = Workplace::with(name, bytes);
        let archive = Archive::open(&both.path(name)).unwrap();
        let (limits, never) = (ExtractLimits::default(), AtomicBool::new(false));
        let in_root = |path: &EntryPath| path.is_in_root();
        let once =
            scan_and_extract(&archive, &both.dir("out"), &limits, in_root, &mut |_| {}, &never);
        let once = once.unwrap();
        assert_eq!((once.wanted, once.manifest), (scan.wanted, scan.manifest.clone()), "{name}");
        assert_eq!((once.package_sha256, once.bytes), (scan.package_sha256, scan.bytes));
        assert_eq!(
            std::fs::read(both.out().join("link/PreDeploy.wasm")).unwrap(),
            b"not in the root"
        );
        assert_eq!(std::fs::read(both.out().join("PreDeploy.wasm")).unwrap(), b"\0asm1");

        let kind = &scan.manifest.get("link").unwrap().kind;
        assert_eq!(*kind, EntryKind::Symlink { target: "app".to_owned() });
        manifests.push(scan.manifest);
    }
    // The format makes no difference.
    assert_eq!(manifests[0], manifests[1]);
    assert_eq!(manifests[0], manifests[2]);
}

#[test]
fn wanted_files_are_limited() {
    let tar = RawTar::default().file("a", &[0; 600]).file("b", &[0; 600]).end();
    let place = Workplace::with("a.1.0.tar", &tar);
    let archive = Archive::open(&place.path("a.1.0.tar")).unwrap();
    let scan_within =
        |limits: &ExtractLimits| scan(&archive, limits, |_| true, &AtomicBool::new(false));
    let limits = ExtractLimits { max_wanted_file_bytes: 599, ..ExtractLimits::default() };
    assert_limited(scan_within(&limits), "a", Limit::WantedFileBytes(599));
    let limits = ExtractLimits { max_wanted_total_bytes: 1199, ..ExtractLimits::default() };
    assert_limited(scan_within(&limits), "b", Limit::WantedTotalBytes(1199));
}

#[test]
fn a_package_that_is_written_to_meanwhile_is_noticed() {
    use std::io::Write as _;
    let place = Workplace::with("a.1.0.tar", &RawTar::default().file("a", b"x").end());
    let archive = Archive::open(&place.path("a.1.0.tar")).unwrap();
    let mut file = std::fs::OpenOptions::new().append(true).open(place.path("a.1.0.tar")).unwrap();
    file.write_all(&[0; 512]).unwrap();
    let result = scan(&archive, &ExtractLimits::default(), |_| false, &AtomicBool::new(false));
    assert!(matches!(result, Err(cofferdam_package::ExtractError::PackageChanged)), "{result:?}");
}
