//! Tar archives that attack: each test is named after the attack and expects the one reason it is refused for.

use cofferdam_package::{EntryName, ExtractLimits, Refusal};

use crate::raw_tar::{RawHeader, RawTar, gzip};
use crate::workplace::{Workplace, assert_refused};

/// Extracts `tar` plain and compressed, and scans it: all three must say the same.
#[track_caller]
fn refuses(tar: Vec<u8>, name: &str, reason: Refusal) {
    let place = Workplace::with("evil.1.0.0.tar", &tar);
    assert_refused(place.extract("evil.1.0.0.tar"), name, reason.clone());
    assert_refused(place.scan("evil.1.0.0.tar"), name, reason.clone());
    let place = Workplace::with("evil.1.0.0.tgz", &gzip(&tar));
    assert_refused(place.extract("evil.1.0.0.tgz"), name, reason);
}

fn name(text: &str) -> EntryName {
    EntryName::of(text.as_bytes())
}

#[test]
fn parent_components() {
    for path in ["../escaped", "a/../../escaped", "a/..", "./../escaped"] {
        refuses(RawTar::default().file(path, b"x").end(), path, Refusal::ParentComponent);
    }
    refuses(RawTar::default().folder("../escaped/").end(), "../escaped/", Refusal::ParentComponent);
}

#[test]
fn absolute_paths() {
    refuses(
        RawTar::default().file("/tmp/escaped", b"x").end(),
        "/tmp/escaped",
        Refusal::AbsolutePath,
    );
    refuses(RawTar::default().file("//escaped", b"x").end(), "//escaped", Refusal::AbsolutePath);
}

#[test]
fn windows_spellings() {
    refuses(RawTar::default().file("C:/escaped", b"x").end(), "C:/escaped", Refusal::DriveLetter);
    refuses(RawTar::default().file(r"..\escaped", b"x").end(), r"..\escaped", Refusal::Backslash);
    let reason = Refusal::WindowsName { component: name("NUL.txt") };
    refuses(RawTar::default().file("a/NUL.txt", b"x").end(), "a/NUL.txt", reason);
    let reason = Refusal::WindowsName { component: name("a.txt:stream") };
    refuses(RawTar::default().file("a.txt:stream", b"x").end(), "a.txt:stream", reason);
}

#[test]
fn windows_names_are_allowed_on_request() {
    let tar = RawTar::default().file("aux.c", b"x").end();
    let place = Workplace::with("kernel.1.0.0.tar", &tar);
    let limits = ExtractLimits { allow_windows_special_names: true, ..ExtractLimits::default() };
    place.extract_within("kernel.1.0.0.tar", &limits).unwrap();
    assert!(place.out().join("aux.c").is_file());
}

#[test]
fn names_that_fool_a_terminal() {
    let tar = RawTar::default().file("a\x1b]0;owned\x07", b"x").end();
    refuses(tar, "a\\u{1b}]0;owned\\u{7}", Refusal::ControlCharacter);
    let tar = RawTar::default().file(b"caf\xe9", b"x").end();
    refuses(tar, "caf\\xe9", Refusal::NotUtf8);
}

#[test]
fn nul_in_a_pax_path() {
    let tar = RawTar::default()
        .pax(b'x', &[("path", b"good.txt\0/../escaped")])
        .file("good.txt", b"x")
        .end();
    refuses(tar, "good.txt\\u{0}/../escaped", Refusal::ControlCharacter);
}

#[test]
fn long_names_are_checked_too() {
    let long = format!("{}/../../../escaped", "d".repeat(120));
    let gnu = RawTar::default()
        .entry(RawHeader::new("././@LongLink", b'L'), format!("{long}\0").as_bytes());
    refuses(gnu.file("innocent", b"x").end(), &long, Refusal::ParentComponent);
    let pax = RawTar::default().pax(b'x', &[("path", b"../escaped")]);
    refuses(pax.file("innocent", b"x").end(), "../escaped", Refusal::ParentComponent);
    let prefix = RawHeader { prefix: b"..".to_vec(), ..RawHeader::new("escaped", b'0') };
    refuses(RawTar::default().entry(prefix, b"x").end(), "../escaped", Refusal::ParentComponent);
}

#[test]
fn writing_through_a_link() {
    // The classic: a link to the outside, then a file below it.
    let tar = RawTar::default().symlink("door", "..").file("door/escaped", b"x").end();
    refuses(tar, "door/escaped", Refusal::NotAFolder { parent: name("door") });
    let tar = RawTar::default().file("door/x", b"x").symlink("door", "..").end();
    refuses(tar, "door", Refusal::NotAFolder { parent: name("door") });
    let tar = RawTar::default().symlink("door", "/tmp/escaped").file("door", b"x").end();
    refuses(tar, "door", Refusal::LinkTarget { target: name("/tmp/escaped") });
}

#[test]
fn links_that_leave() {
    let escapes = |target: &str| Refusal::LinkEscapes { target: name(target) };
    refuses(RawTar::default().symlink("a", "..").end(), "a", escapes(".."));
    refuses(RawTar::default().symlink("d/a", "../../x").end(), "d/a", escapes("../../x"));
    // Each stays inside by itself, but one goes through the other.
    let tar = RawTar::default().symlink("d/up", "..").symlink("x", "d/up/../escaped").end();
    refuses(tar, "x", escapes("d/up/../escaped"));
    let tar =
        RawTar::default().pax(b'x', &[("linkpath", b"../escaped")]).symlink("a", "inside").end();
    refuses(tar, "a", escapes("../escaped"));
    for target in ["", "/etc/passwd", "C:/x", r"..\x", "a\nb"] {
        let tar = RawTar::default().symlink("a", target).end();
        refuses(tar, "a", Refusal::LinkTarget { target: name(target) });
    }
}

#[test]
fn links_that_stay_inside_work() {
    let tar = RawTar::default()
        .symlink("current", "releases/1")
        .file("releases/1/app.txt", b"hello")
        .symlink("releases/1/shared", "../../shared/./data")
        .folder("shared/data/")
        .end();
    let place = Workplace::with("good.1.0.0.tar", &tar);
    let extraction = place.extract("good.1.0.0.tar").unwrap();
    assert_eq!(extraction.entries, 4);
    assert_eq!(std::fs::read(place.out().join("current/app.txt")).unwrap(), b"hello");
    assert!(place.out().join("current/shared").is_dir());
}

#[test]
fn types_that_are_never_extracted() {
    refuses(RawTar::default().file("a", b"x").link(b'1', "b", "a").end(), "b", Refusal::HardLink);
    refuses(RawTar::default().link(b'1', "b", "/etc/shadow").end(), "b", Refusal::HardLink);
    for kind in *b"34" {
        refuses(
            RawTar::default().entry(RawHeader::new("d", kind), b"").end(),
            "d",
            Refusal::Device,
        );
    }
    refuses(RawTar::default().entry(RawHeader::new("p", b'6'), b"").end(), "p", Refusal::Fifo);
    refuses(RawTar::default().entry(RawHeader::new("s", b'S'), b"").end(), "s", Refusal::Sparse);
    refuses(
        RawTar::default().entry(RawHeader::new("v", b'V'), b"").end(),
        "v",
        Refusal::UnknownType(0x56),
    );
    let tar = RawTar::default()
        .file("first", b"1")
        .pax(b'x', &[("GNU.sparse.major", b"1")])
        .file("s", b"x")
        .end();
    refuses(tar, "first", Refusal::Sparse);
}

#[test]
fn content_where_none_belongs() {
    for kind in *b"52" {
        let header = RawHeader { size: 512, ..RawHeader::new("a", kind) };
        let hidden = RawTar::default().file("hidden", b"").0;
        refuses(
            RawTar::default().header(&header).content(&hidden).end(),
            "a",
            Refusal::Contradiction,
        );
    }
    refuses(RawTar::default().file("folder/", b"x").end(), "folder/", Refusal::Contradiction);
}

#[test]
fn the_same_path_again() {
    let tar = RawTar::default().file("a/b", b"1").file("a/./b", b"2").end();
    refuses(tar, "a/./b", Refusal::Duplicate);
    let tar = RawTar::default().file("a", b"1").symlink("a", "b").end();
    refuses(tar, "a", Refusal::Duplicate);
}

#[test]
fn names_that_some_file_systems_cannot_tell_apart() {
    let tar = RawTar::default().file("Web.config", b"1").file("web.config", b"2").end();
    refuses(tar.clone(), "web.config", Refusal::Collision { other: name("Web.config") });
    let place = Workplace::with("linux.1.0.0.tar", &tar);
    let limits = ExtractLimits { allow_colliding_names: true, ..ExtractLimits::default() };
    assert_eq!(place.extract_within("linux.1.0.0.tar", &limits).unwrap().entries, 2);
    let tar = RawTar::default().file("é/1", b"1").file("e\u{301}/2", b"2").end();
    refuses(tar, "e\u{301}/2", Refusal::Collision { other: name("é") });
}

#[test]
fn dangerous_modes_are_dropped() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |name: &str, kind, mode| RawHeader { mode, ..RawHeader::new(name, kind) };
    let tar = RawTar::default()
        .entry(mode("setuid", b'0', 0o6777), b"x")
        .entry(mode("unreadable", b'0', 0), b"x")
        .entry(mode("private", b'0', 0o600), b"x")
        .entry(mode("sticky/", b'5', 0o1777), b"")
        .entry(mode("closed/", b'5', 0), b"")
        .file("closed/x", b"x")
        .file("late/x", b"x")
        .entry(mode("late/", b'5', 0o700), b"")
        .end();
    let place = Workplace::with("modes.1.0.0.tar", &tar);
    let manifest = place.extract("modes.1.0.0.tar").unwrap().manifest;
    for (name, expected) in [
        ("setuid", 0o755),
        ("unreadable", 0o600),
        ("private", 0o600),
        ("sticky", 0o755),
        ("closed", 0o700),
        ("late", 0o700),
    ] {
        let mode = std::fs::metadata(place.out().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, expected, "{name}");
        assert_eq!(manifest.get(name).unwrap().mode, expected, "{name}");
    }
}

#[test]
fn what_was_there_before_is_not_written_through() {
    let place = Workplace::with("a.1.0.0.tar", &RawTar::default().file("a", b"x").end());
    std::os::unix::fs::symlink("../escaped", place.out().join("a")).unwrap();
    let error = place.extract("a.1.0.0.tar").unwrap_err();
    assert!(error.to_string().contains("cannot write `a`"), "{error}");
    let place = Workplace::with("a.1.0.0.tar", &RawTar::default().file("d/a", b"x").end());
    std::os::unix::fs::symlink("..", place.out().join("d")).unwrap();
    assert!(place.extract("a.1.0.0.tar").is_err());
    assert!(!place.path("a").exists());
}
