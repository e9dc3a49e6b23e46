//! Packing: the same bytes from the same folder, read back by this crate and by other tools.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use cofferdam_package::{
    Archive, DEFAULT_TIMESTAMP_UNIX_S, ExtractLimits, Format, Identity, PackError, PackOptions,
    Packed, Refusal, Sha256Digest, VersionKind, pack,
};

use crate::workplace::{Workplace, tree};

const FORMATS: [Format; 5] =
    [Format::Tar, Format::TarGz, Format::TarZst, Format::Zip, Format::Nupkg];

fn options(format: Format) -> PackOptions {
    let version = cofferdam_package::Version::new(VersionKind::Semver, "1.0.01-beta+5").unwrap();
    PackOptions::new(Identity { id: "Acme.Web".parse().unwrap(), version }, format)
}

/// A folder with everything that a package may have.
fn place() -> Workplace {
    let place = Workplace::new();
    let source = place.path("source");
    for folder in ["", "empty", "deep/er"] {
        fs::create_dir_all(source.join(folder)).unwrap();
    }
    let long = format!("deep/er/{}", "long".repeat(50));
    for (name, content) in [
        ("Web.config", &b"<configuration/>"[..]),
        ("run.sh", b"#!/bin/sh\n"),
        ("deep/er/my file%20+é.txt", b"hello"),
        ("deep/er/large.bin", &[7; 700_000]),
        ("no-extension", b""),
        (&long, b"long"),
    ] {
        fs::write(source.join(name), content).unwrap();
    }
    fs::set_permissions(source.join("run.sh"), fs::Permissions::from_mode(0o700)).unwrap();
    symlink("deep/er", source.join("link")).unwrap();
    place
}

fn pack_in(place: &Workplace, options: &PackOptions, name: &str) -> Result<Packed, PackError> {
    let path = place.path(name);
    let mut output =
        fs::File::options().read(true).write(true).create_new(true).open(path).unwrap();
    pack(&place.dir("source"), &mut output, options)
}

#[test]
fn the_same_folder_gives_the_same_bytes() {
    for format in FORMATS {
        let (first, second) = (place(), place());
        // What does not count: times, other people's permissions, the order of creation.
        fs::remove_file(second.path("source/Web.config")).unwrap();
        fs::write(second.path("source/Web.config"), "<configuration/>").unwrap();
        fs::set_permissions(second.path("source/Web.config"), fs::Permissions::from_mode(0o666))
            .unwrap();
        let options = options(format);
        let packed = pack_in(&first, &options, "a").unwrap();
        assert_eq!(packed, pack_in(&second, &options, "a").unwrap(), "{format}");
        let bytes = fs::read(first.path("a")).unwrap();
        assert_eq!(bytes, fs::read(second.path("a")).unwrap(), "{format}");
        assert_eq!((packed.bytes, packed.sha256), (bytes.len() as u64, Sha256Digest::of(&bytes)));
        // What does.
        fs::set_permissions(second.path("source/Web.config"), fs::Permissions::from_mode(0o755))
            .unwrap();
        assert_ne!(packed.sha256, pack_in(&second, &options, "b").unwrap().sha256);
        let later = PackOptions { timestamp_unix_s: 1_700_000_000, ..options };
        assert_ne!(packed.sha256, pack_in(&first, &later, "c").unwrap().sha256);
    }
}

#[test]
fn what_was_packed_is_extracted() {
    for format in FORMATS {
        let place = place();
        let options = options(format);
        let name = options.file_name();
        assert_eq!(name, format!("Acme.Web.1.0.01-beta+5.{format}"));
        let packed = pack_in(&place, &options, &name).unwrap();
        let extraction = place.extract(&name).unwrap();
        assert_eq!(extraction.package_sha256, packed.sha256);
        assert_eq!(extraction.entries, packed.entries);
        let (mut expected, found) = (tree(&place.path("source")), tree(&place.out()));
        for (path, what) in &mut expected {
            let time = DEFAULT_TIMESTAMP_UNIX_S;
            let digest = what.rsplit(' ').next().unwrap().to_owned();
            let mode = if path == "run.sh" { "755" } else { "644" };
            match what.split(' ').next().unwrap() {
                "file" => *what = format!("file {mode} {time} {digest}"),
                "folder" => *what = format!("folder 755 {time}"),
                _ => {}
            }
        }
        assert_eq!(found, expected, "{format}");
        let archive = Archive::open(&place.path(&name)).unwrap();
        assert_eq!(archive.identity(&ExtractLimits::default()).unwrap(), options.identity);
    }
}

#[test]
fn other_tools_read_what_was_packed() {
    for format in FORMATS {
        let place = place();
        let name = format!("p{}", format.extension());
        pack_in(&place, &options(format), &name).unwrap();
        let name = name.as_str();
        if format.is_zip() {
            place.run("unzip", &["-tq", name]);
            place.run("python3", &["-m", "zipfile", "-t", name]);
        } else if place.run("tar", &["-xf", name, "-C", "out"]) {
            assert_eq!(contents(&place.out()), contents(&place.path("source")), "{format}");
        }
    }
}

/// Paths with what they are, and the digests of files.
fn contents(root: &std::path::Path) -> Vec<(String, Option<String>)> {
    let digest = |what: String| {
        what.starts_with("file").then(|| what.rsplit(' ').next().unwrap().to_owned())
    };
    tree(root).into_iter().map(|(path, what)| (path, digest(what))).collect()
}

#[test]
fn what_no_package_may_have_is_not_packed() {
    let refused = |prepare: &dyn Fn(&Workplace)| {
        let place = place();
        prepare(&place);
        match pack_in(&place, &options(Format::TarGz), "a") {
            Err(PackError::Refused { entry, why }) => (entry.to_string(), why),
            other => panic!("{other:?}"),
        }
    };
    let (entry, why) = refused(&|place| symlink("../../x", place.path("source/deep/out")).unwrap());
    assert_eq!(entry, "deep/out");
    assert!(matches!(why, Refusal::LinkEscapes { .. }), "{why}");
    let (_, why) = refused(&|place| symlink("/etc", place.path("source/abs")).unwrap());
    assert!(matches!(why, Refusal::LinkTarget { .. }), "{why}");
    let (entry, why) = refused(&|place| {
        fs::write(place.path("source/web.CONFIG"), "").unwrap();
    });
    assert!(matches!(why, Refusal::Collision { .. }), "{entry}: {why}");
    let (_, why) = refused(&|place| assert!(place.run("mkfifo", &["source/pipe"])));
    assert_eq!(why, Refusal::Fifo);
    let (_, why) = refused(&|place| fs::write(place.path("source/a\\b"), "").unwrap());
    assert_eq!(why, Refusal::Backslash);
}

#[test]
fn a_nupkg_keeps_its_metadata_to_itself() {
    let place = place();
    fs::write(place.path("source/Mine.nuspec"), "").unwrap();
    let error = pack_in(&place, &options(Format::Nupkg), "a").unwrap_err();
    assert!(matches!(error, PackError::NupkgMetadata { .. }), "{error}");
    pack_in(&place, &options(Format::Zip), "b").unwrap();
    let error = pack_in(&place, &options(Format::TarBz2), "c").unwrap_err();
    assert!(matches!(error, PackError::Format(Format::TarBz2)));
}
