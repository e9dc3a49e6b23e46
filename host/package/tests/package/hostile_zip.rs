//! Zip archives that attack: each test is named after the attack and expects the one reason it is refused for.

use cofferdam_package::{EntryName, Refusal};

use crate::raw_zip::{RawEntry, zip};
use crate::workplace::{Workplace, assert_refused};

#[track_caller]
fn refuses(entries: &[RawEntry], name: &str, reason: Refusal) {
    let place = Workplace::with("evil.1.0.0.zip", &zip(entries));
    assert_refused(place.extract("evil.1.0.0.zip"), name, reason.clone());
    assert_refused(place.scan("evil.1.0.0.zip"), name, reason);
    // Everything is checked before anything is written.
    assert_eq!(std::fs::read_dir(place.out()).unwrap().count(), 0);
}

fn name(text: &str) -> EntryName {
    EntryName::of(text.as_bytes())
}

fn file(name: &str) -> RawEntry {
    RawEntry::stored(name, b"x")
}

#[test]
fn paths_that_lead_elsewhere() {
    for (path, reason) in [
        ("../escaped", Refusal::ParentComponent),
        ("a/../../escaped", Refusal::ParentComponent),
        ("../escaped/", Refusal::ParentComponent),
        ("/tmp/escaped", Refusal::AbsolutePath),
        ("C:/escaped", Refusal::DriveLetter),
        (r"..\escaped", Refusal::Backslash),
        (r"\\host\share", Refusal::Backslash),
        ("", Refusal::EmptyName),
        ("./", Refusal::Contradiction),
    ] {
        refuses(&[file("good"), file(path)], path, reason);
    }
    let raw = RawEntry::stored(b"a\0b", b"x");
    refuses(&[raw], "a\\u{0}b", Refusal::ControlCharacter);
    let code_page_437 = RawEntry::stored(b"caf\x82", b"x");
    refuses(&[code_page_437], "caf\\x82", Refusal::NotUtf8);
}

#[test]
fn links_that_leave_and_links_written_through() {
    let link = |name: &str, target: &str| RawEntry::typed(name, target.as_bytes(), 0o120_777);
    refuses(&[link("a", "..")], "a", Refusal::LinkEscapes { target: name("..") });
    refuses(&[link("a", "/etc")], "a", Refusal::LinkTarget { target: name("/etc") });
    let through = Refusal::NotAFolder { parent: name("door") };
    refuses(&[link("door", "inside"), file("door/escaped")], "door/escaped", through);
    let target = "d/up/..";
    let escapes = Refusal::LinkEscapes { target: name(target) };
    let place = Workplace::with("evil.1.0.0.zip", &zip(&[link("d/up", ".."), link("x", target)]));
    assert_refused(place.extract("evil.1.0.0.zip"), "x", escapes);
}

#[test]
fn links_that_stay_inside_work() {
    let link = RawEntry::typed("current", b"v1/app.txt", 0o120_777);
    let place = Workplace::with("good.1.0.0.zip", &zip(&[link, file("v1/app.txt")]));
    place.extract("good.1.0.0.zip").unwrap();
    assert_eq!(std::fs::read(place.out().join("current")).unwrap(), b"x");
}

#[test]
fn types_that_are_never_extracted() {
    for (mode, reason) in [
        (0o010_644, Refusal::Fifo),
        (0o020_644, Refusal::Device),
        (0o060_644, Refusal::Device),
        (0o140_644, Refusal::UnknownType(0o140_000)),
        (0o040_755, Refusal::Contradiction),
    ] {
        refuses(&[RawEntry::typed("a", b"", mode)], "a", reason);
    }
    refuses(&[RawEntry::stored("folder/", b"content")], "folder/", Refusal::Contradiction);
    refuses(&[RawEntry { flags: 1, ..file("secret") }], "secret", Refusal::Encrypted);
    // With the twelve bytes that the usual cipher begins with.
    let ciphered = RawEntry { flags: 1, bytes: 4, ..RawEntry::stored("secret", &[0; 16]) };
    refuses(&[ciphered], "secret", Refusal::Encrypted);
    refuses(&[RawEntry { method: 14, ..file("lzma") }], "lzma", Refusal::CompressionMethod(14));
}

#[test]
fn the_same_path_again() {
    refuses(&[file("a"), file("a")], "a", Refusal::Duplicate);
    refuses(&[file("a/b"), file("a/./b")], "a/./b", Refusal::Duplicate);
    refuses(&[file("A"), file("a")], "a", Refusal::Collision { other: name("A") });
    refuses(&[file("a"), file("a/b")], "a/b", Refusal::NotAFolder { parent: name("a") });
}
