//! Packages as GNU tar, bsdtar, Info-ZIP, 7-Zip and Python make them: the same tree comes out as they extract.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::workplace::{Workplace, tree};

/// A folder with ordinary and awkward names.
fn place() -> Workplace {
    let place = Workplace::new();
    let source = place.path("source");
    let deep = "some/folders/that/make/the/path/longer/than/one/hundred/characters/which/is/what/fits/into/a/header/by/itself";
    for folder in ["", "empty", "app/lib", deep] {
        fs::create_dir_all(source.join(folder)).unwrap();
    }
    for (name, content) in [
        ("Web.config", b"<configuration/>\r\n".to_vec()),
        ("run.sh", b"#!/bin/sh\n".to_vec()),
        ("á_ó_í_çø.txt", b"utf-8".to_vec()),
        ("with space & 'quotes'.txt", b"x".to_vec()),
        ("empty.bin", Vec::new()),
        ("app/exactly-one-block", vec![b'b'; 512]),
        (
            "app/large.bin",
            (0..900_000_u32)
                .flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes())
                .collect(),
        ),
        (&format!("{deep}/{}", "n".repeat(180)), b"long".to_vec()),
    ] {
        fs::write(source.join(name), content).unwrap();
    }
    fs::set_permissions(source.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    fs::File::open(source.join("Web.config")).unwrap().set_modified(old).unwrap();
    fs::File::open(source.join("empty")).unwrap().set_modified(old).unwrap();
    place
}

/// What must be equal whatever the format and the tool; times only where the format keeps them to the second.
fn comparable(tree: BTreeMap<String, String>, keep_times: bool) -> BTreeMap<String, String> {
    let simple = |what: String| match what.split(' ').collect::<Vec<_>>()[..] {
        ["file", mode, _, digest] if !keep_times => format!("file {mode} {digest}"),
        ["folder", mode, _] if !keep_times => format!("folder {mode}"),
        _ => what,
    };
    tree.into_iter().map(|(path, what)| (path, simple(what))).collect()
}

/// Makes a package with one tool, extracts it with this crate, and compares with the source.
#[track_caller]
fn same_tree(package: &str, program: &str, arguments: &[&str], keep_times: bool) {
    same_tree_of(&place(), package, program, arguments, keep_times);
}

#[track_caller]
fn same_tree_of(
    place: &Workplace,
    package: &str,
    program: &str,
    arguments: &[&str],
    keep_times: bool,
) {
    if place.run_in("source", program, arguments).is_none() {
        return;
    }
    let extraction = place.extract(package).unwrap();
    let expected = comparable(tree(&place.path("source")), keep_times);
    assert_eq!(comparable(tree(&place.out()), keep_times), expected, "{program} {arguments:?}");
    let paths: Vec<_> = extraction.manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    for (path, what) in &expected {
        if !what.starts_with("folder") {
            assert!(paths.contains(&path.as_str()), "{path} is missing in the manifest");
        }
    }
}

#[test]
fn gnu_tar() {
    for format in ["gnu", "pax", "posix", "oldgnu"] {
        let format = format!("--format={format}");
        same_tree("a.1.0.tar", "tar", &[&format, "-cf", "../a.1.0.tar", "."], true);
    }
    for (package, option) in
        [("a.1.0.tar.gz", "-z"), ("a.1.0.tar.bz2", "-j"), ("a.1.0.tar.zst", "--zstd")]
    {
        same_tree(package, "tar", &[option, "-cf", &format!("../{package}"), "."], true);
    }
}

#[test]
fn gnu_tar_with_links_and_a_large_owner() {
    let place = place();
    symlink("app/lib", place.path("source/link")).unwrap();
    symlink("../../Web.config", place.path("source/app/lib/config")).unwrap();
    let long_target = format!("app/{}lib", "./".repeat(80));
    symlink(&long_target, place.path("source/long-link")).unwrap();
    let arguments = ["--format=gnu", "--owner=:3000000000", "-czf", "../a.1.0.tgz", "."];
    same_tree_of(&place, "a.1.0.tgz", "tar", &arguments, true);
}

#[test]
fn gnu_tar_is_extracted_as_gnu_tar_does_it() {
    let place = place();
    if !place.run("tar", &["-czf", "a.1.0.tgz", "-C", "source", "."]) {
        return;
    }
    fs::create_dir(place.path("theirs")).unwrap();
    place.run("tar", &["-xzf", "a.1.0.tgz", "-C", "theirs"]);
    place.extract("a.1.0.tgz").unwrap();
    assert_eq!(tree(&place.out()), tree(&place.path("theirs")));
}

#[test]
fn listings_agree() {
    let place = place();
    if place.run("tar", &["-czf", "a.1.0.tgz", "-C", "source", "."]) {
        let listing =
            place.run_in("", "tar", &["--quoting-style=literal", "-tzf", "a.1.0.tgz"]).unwrap();
        let mut theirs: Vec<_> = listing
            .lines()
            .map(|line| line.trim_start_matches("./").trim_end_matches('/'))
            .filter(|line| !line.is_empty())
            .collect();
        theirs.sort_unstable();
        let manifest = place.scan("a.1.0.tgz").unwrap().manifest;
        assert_eq!(
            manifest.files.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
            theirs
        );
    }
    if place.run_in("source", "zip", &["-qr", "../a.1.0.zip", "."]).is_some() {
        let listing = place.run_in("", "unzip", &["-Z1", "a.1.0.zip"]);
        let Some(listing) = listing else { return };
        let mut theirs: Vec<_> = listing.lines().map(|line| line.trim_end_matches('/')).collect();
        theirs.sort_unstable();
        let manifest = place.scan("a.1.0.zip").unwrap().manifest;
        assert_eq!(
            manifest.files.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(),
            theirs
        );
    }
}

#[test]
fn bsdtar() {
    for format in ["ustar", "pax", "gnutar"] {
        let place = place();
        if format == "ustar" {
            // That format has no room for it.
            fs::remove_dir_all(place.path("source/some")).unwrap();
        }
        let arguments = ["--format", format, "-czf", "../a.1.0.tgz", "."];
        same_tree_of(&place, "a.1.0.tgz", "bsdtar", &arguments, true);
    }
    same_tree("a.1.0.tar.bz2", "bsdtar", &["-cjf", "../a.1.0.tar.bz2", "."], true);
    same_tree("a.1.0.zip", "bsdtar", &["--format", "zip", "-cf", "../a.1.0.zip", "."], false);
}

#[test]
fn info_zip() {
    same_tree("a.1.0.zip", "zip", &["-qr", "../a.1.0.zip", "."], true);
    same_tree("a.1.0.zip", "zip", &["-qr0", "../a.1.0.zip", "."], true);
    same_tree("a.1.0.zip", "zip", &["-qrfz", "../a.1.0.zip", "."], true);
    let place = place();
    symlink("app/lib", place.path("source/link")).unwrap();
    same_tree_of(&place, "a.1.0.zip", "zip", &["-qry", "../a.1.0.zip", "."], false);
    // Written to a pipe: sizes follow the data.
    same_tree(
        "a.1.0.zip",
        "sh",
        &["-c", "command -v zip > /dev/null && zip -qr - . > ../a.1.0.zip"],
        true,
    );
}

#[test]
fn seven_zip() {
    same_tree("a.1.0.zip", "7z", &["a", "-bso0", "-tzip", "../a.1.0.zip", "."], false);
    same_tree("a.1.0.tar", "7z", &["a", "-bso0", "-ttar", "../a.1.0.tar", "."], false);
}

#[test]
fn python() {
    for format in ["USTAR_FORMAT", "GNU_FORMAT", "PAX_FORMAT"] {
        let place = place();
        if format == "USTAR_FORMAT" {
            fs::remove_dir_all(place.path("source/some")).unwrap();
        }
        let script = format!(
            "import tarfile; t = tarfile.open('../a.1.0.tar.gz', 'w:gz', format=tarfile.{format}); t.add('.'); t.close()"
        );
        same_tree_of(&place, "a.1.0.tar.gz", "python3", &["-c", &script], false);
    }
    same_tree(
        "a.1.0.zip",
        "python3",
        &["-c", "import shutil; shutil.make_archive('../a.1.0', 'zip', '.')"],
        false,
    );
}

#[test]
fn python_zip_without_unix_modes_gets_ordinary_ones() {
    let place = Workplace::new();
    let script = "import zipfile
z = zipfile.ZipFile('a.1.0.zip', 'w', zipfile.ZIP_DEFLATED)
i = zipfile.ZipInfo('d/á.txt'); i.create_system = 0; i.external_attr = 0x20
z.writestr(i, 'hello'); z.close()";
    if !place.run("python3", &["-c", script]) {
        return;
    }
    let manifest = place.extract("a.1.0.zip").unwrap().manifest;
    assert_eq!(manifest.get("d/á.txt").unwrap().mode, 0o644);
}
