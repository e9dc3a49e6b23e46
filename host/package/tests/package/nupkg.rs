//! Packages shaped like NuGet's: identity from the nuspec, encoded names, metadata left out.

use cofferdam_package::{Archive, ExtractLimits, IdentityError, Refusal};

use crate::raw_zip::{RawEntry, zip};
use crate::workplace::{Workplace, assert_refused};

const NUSPEC: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata><id>Acme.Core</id><version>1.0.0.0-bugfix</version><authors>A</authors></metadata>
</package>"#;

fn nupkg(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<_> = entries
        .iter()
        .map(|(name, content)| RawEntry::deflated(name, content.as_bytes()))
        .collect();
    zip(&entries)
}

#[test]
fn metadata_is_left_out_and_names_are_decoded() {
    let bytes = nupkg(&[
        ("_rels/.rels", "x"),
        ("Acme.Core.nuspec", NUSPEC),
        ("[Content_Types].xml", "x"),
        ("package/services/metadata/core-properties/a.psmdcp", "x"),
        ("lib/nested.nuspec", "x"),
        ("acme.core.1.0.0.nupkg.sha512", "x"),
        ("my%20resource.txt", "Im in a package!"),
        ("package/kept.txt", "x"),
        ("PreDeploy.wasm", "\0asm"),
    ]);
    let place = Workplace::with("whatever.nupkg", &bytes);
    let extraction = place.extract("whatever.nupkg").unwrap();
    let paths: Vec<_> = extraction.manifest.files.iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["PreDeploy.wasm", "my resource.txt", "package/kept.txt"]);
    assert_eq!(std::fs::read(place.out().join("my resource.txt")).unwrap(), b"Im in a package!");
    let scan = place.scan("whatever.nupkg").unwrap();
    let identity = scan.identity.unwrap();
    assert_eq!((identity.id.as_str(), identity.version.as_str()), ("Acme.Core", "1.0.0.0-bugfix"));
    assert_eq!(scan.manifest, extraction.manifest);
    assert_eq!(scan.package_sha256, extraction.package_sha256);
}

#[test]
fn encoded_names_hide_nothing() {
    for (encoded, reason) in [
        ("%2e%2e/escaped", Refusal::ParentComponent),
        ("%2Fescaped", Refusal::AbsolutePath),
        ("..%5cescaped", Refusal::Backslash),
        ("a%00b", Refusal::ControlCharacter),
    ] {
        let bytes = nupkg(&[("a.nuspec", NUSPEC), (encoded, "x")]);
        let place = Workplace::with("evil.nupkg", &bytes);
        assert_refused(place.extract("evil.nupkg"), encoded, reason);
    }
    let place = Workplace::with("evil.nupkg", &nupkg(&[("a b", "1"), ("a%20b", "2")]));
    assert_refused(place.extract("evil.nupkg"), "a%20b", Refusal::Duplicate);
}

#[test]
fn a_missing_or_second_nuspec_leaves_the_package_without_identity() {
    for (entries, message) in [
        (&[("a.txt", "x")][..], "there is none"),
        (&[("lib/a.nuspec", NUSPEC)], "there is none"),
        (&[("a.nuspec", NUSPEC), ("b.nuspec", NUSPEC)], "there are several"),
        (&[("a.nuspec", "<package/>")], "no <id>"),
    ] {
        let place = Workplace::with("Acme.1.0.0.nupkg", &nupkg(entries));
        let archive = Archive::open(&place.path("Acme.1.0.0.nupkg")).unwrap();
        match archive.identity(&ExtractLimits::default()) {
            Err(IdentityError::Nuspec(what)) => assert!(what.contains(message), "{what}"),
            other => panic!("{entries:?}: {other:?}"),
        }
    }
}
