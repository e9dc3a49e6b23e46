//! Reading and writing real files: encodings, positions, newlines, atomicity.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

use std::fs;

use cofferdam_hook_files::{
    Charset, Encoding, Error, Level, Newline, Position, Text, read_text, write_if_changed,
    write_text,
};
use proptest::prelude::*;

fn every_charset() -> Vec<Charset> {
    [
        "utf-8",
        "utf-16",
        "utf-16BE",
        "utf-32",
        "utf-32BE",
        "us-ascii",
        "iso-8859-1",
        "windows-1252",
        "Shift_JIS",
    ]
    .map(|name| Charset::named(name).unwrap())
    .to_vec()
}

#[test]
fn names_lead_back_to_the_same_charset() {
    for charset in every_charset() {
        assert_eq!(Charset::named(charset.name()), Some(charset));
        assert_eq!(Charset::named(&format!(" {} ", charset.name().to_uppercase())), Some(charset));
    }
    for unknown in ["utf-666", "", "replacement", "x-user-defined"] {
        assert_eq!(Charset::named(unknown), None, "{unknown}");
    }
}

#[test]
fn unmarked_text_is_utf_8_or_else_windows_1252() {
    let decode = |bytes: &[u8]| Text::decode(bytes.to_vec(), "f".as_ref()).unwrap();
    assert_eq!(decode("π".as_bytes()).encoding, Encoding::UTF_8);
    let fallback = decode(b"caf\xE9 \x80\x81");
    assert_eq!(fallback.content, "caf\u{e9} \u{20ac}\u{81}");
    assert_eq!(fallback.encoding, Encoding { charset: Charset::FALLBACK, bom: false });
    assert_eq!(
        fallback.encoding.encode(&fallback.content).as_deref().unwrap(),
        b"caf\xE9 \x80\x81"
    );
}

#[test]
fn a_mark_that_lies_is_an_error_with_a_position() {
    for (bytes, encoding, line, column) in [
        (b"\xEF\xBB\xBFa\r\nb\xFF".as_slice(), "utf-8", 2, 2),
        (b"\xFF\xFEa\0\0\xD8", "utf-16", 1, 2),
        (b"\xFF\xFEa", "utf-16", 1, 1),
        (b"\0\0\xFE\xFF\0\x11\0\0", "utf-32BE", 1, 1),
    ] {
        let error = Text::decode(bytes.to_vec(), "f".as_ref()).unwrap_err();
        let Error::Malformed { encoding: named, at, .. } = &error else { panic!("{error}") };
        assert_eq!((*named, *at), (encoding, Position { line, column }));
    }
}

#[test]
fn what_does_not_fit_becomes_utf_8_with_a_warning_or_question_marks() {
    let mut log = Vec::new();
    let bytes =
        Encoding { charset: Charset::FALLBACK, bom: false }.encode_or_utf_8("中é", &mut log);
    assert_eq!(bytes, "中é".as_bytes());
    let warning = "Unable to represent the output with encoding windows-1252. Trying next the alternative: utf-8.";
    assert_eq!(log, [(Level::Warning, warning.to_owned())]);
    assert_eq!(Charset::Ascii.encode_with_question_marks("a中é"), &b"a??"[..]);
    assert_eq!(Charset::FALLBACK.encode_with_question_marks("a中é"), &b"a?\xE9"[..]);
}

#[test]
fn positions_count_lines_and_characters() {
    let text = "é\r\nb\rc\nd";
    for (offset, line, column) in [
        (0, 1, 1),
        (1, 1, 1),
        (2, 1, 2),
        (3, 1, 3),
        (4, 2, 1),
        (6, 3, 1),
        (8, 4, 1),
        (9, 4, 2),
        (99, 4, 2),
    ] {
        assert_eq!(Position::of(text, offset), Position { line, column }, "at {offset}");
    }
}

#[test]
fn the_majority_of_newlines_wins() {
    for (text, newline) in [
        ("", None),
        ("a\rb", None),
        ("a\n", Some(Newline::Lf)),
        ("a\r\nb\n", Some(Newline::CrLf)),
        ("a\nb\r\n", Some(Newline::Lf)),
        ("a\nb\r\nc\r\n", Some(Newline::CrLf)),
    ] {
        assert_eq!(Newline::majority(text), newline, "{text:?}");
    }
}

#[test]
fn equal_content_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    fs::write(&path, "same").unwrap();
    let before = fs::metadata(&path).unwrap();
    assert!(!write_if_changed(&path, b"same").unwrap());
    let after = fs::metadata(&path).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    assert!(write_if_changed(&path, b"SAME").unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"SAME");
    // More than is compared at once.
    let mut long = vec![b'a'; 600_000];
    fs::write(&path, &long).unwrap();
    assert!(!write_if_changed(&path, &long).unwrap());
    for place in [0, 300_000, 599_999] {
        long[place] = b'b';
        assert!(write_if_changed(&path, &long).unwrap(), "{place}");
        assert!(!write_if_changed(&path, &long).unwrap(), "{place}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays behind");
}

#[cfg(unix)]
#[test]
fn replacing_keeps_the_mode_and_readers_keep_the_old_file() {
    use std::io::Read as _;
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.sh");
    fs::write(&path, "old").unwrap();
    fs::write(folder.path().join(".cofferdam-0.tmp"), "left over by a killed run").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
    let mut reader = fs::File::open(&path).unwrap();
    assert!(write_if_changed(&path, b"new").unwrap());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o751);
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    assert_eq!(seen, "old");
}

#[test]
fn failing_to_write_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = write_if_changed(&folder.path().join("no/such/f"), b"").unwrap_err().to_string();
    assert!(error.starts_with("could not write '") && error.contains("f': "), "{error}");
}

proptest! {
    #[test]
    fn any_text_survives_a_round_trip_through_a_file(content in any::<String>(), which in 0..5_usize, bom: bool) {
        let charset = every_charset()[which];
        // Without a mark only UTF-8 is recognised; a text that starts with the mark's character needs another.
        prop_assume!(bom || (which == 0 && !content.starts_with('\u{FEFF}')));
        // U+0000 first after the mark of UTF-16 makes it the mark of UTF-32.
        prop_assume!(!(charset == Charset::Utf16Le && content.starts_with('\0')));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, "").unwrap();
        let encoding = Encoding { charset, bom };
        write_text(&path, &content, encoding, &mut Vec::new()).unwrap();
        prop_assert_eq!(read_text(&path).unwrap(), Text { content, encoding });
    }

    #[test]
    fn any_bytes_without_mark_are_written_back_as_they_were(bytes in any::<Vec<u8>>()) {
        if let Ok(text) = Text::decode(bytes.clone(), "f".as_ref()) {
            prop_assert_eq!(text.encoding.encode(&text.content).unwrap(), bytes);
        }
    }
}
