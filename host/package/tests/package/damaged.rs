//! Archives that are cut off, corrupt, contradictory, or have something after their end.

use cofferdam_package::{Archive, Damage, Format, OpenError};

use crate::raw_tar::{RawHeader, RawTar, gzip};
use crate::raw_zip::{RawEntry, end_record, zip};
use crate::workplace::{Workplace, assert_damaged};

fn tar() -> RawTar {
    RawTar::default().file("first", &[b'x'; 1000]).file("second", b"hello")
}

#[track_caller]
fn tar_is_damaged(bytes: &[u8], entry: Option<&str>, damage: Damage) {
    let place = Workplace::with("a.1.0.0.tar", bytes);
    assert_damaged(place.extract("a.1.0.0.tar"), entry, damage);
}

#[track_caller]
fn zip_is_damaged(bytes: &[u8], entry: Option<&str>, damage: Damage) {
    let place = Workplace::with("a.1.0.0.zip", bytes);
    assert_damaged(place.extract("a.1.0.0.zip"), entry, damage.clone());
    assert_damaged(place.scan("a.1.0.0.zip"), entry, damage);
}

#[test]
fn a_tar_cut_off_anywhere_is_refused() {
    let whole = tar().end();
    let place = Workplace::with("a.1.0.0.tar", &whole);
    place.extract("a.1.0.0.tar").unwrap();
    for length in (300..whole.len()).step_by(61) {
        let place = Workplace::with("a.1.0.0.tar", &whole[..length]);
        let error = place.extract("a.1.0.0.tar").unwrap_err();
        assert!(error.to_string().contains("ends too early"), "{length}: {error}");
    }
}

#[test]
fn a_compressed_stream_cut_off_or_changed_anywhere_is_refused() {
    let whole = gzip(&tar().end());
    for length in 2..whole.len() {
        let place = Workplace::with("a.1.0.0.tgz", &whole[..length]);
        assert!(place.extract("a.1.0.0.tgz").is_err(), "cut at {length}");
    }
    // The checksum and the length at the end.
    for at in whole.len() - 8..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        let place = Workplace::with("a.1.0.0.tgz", &changed);
        assert!(place.extract("a.1.0.0.tgz").is_err(), "changed at {at}");
    }
}

#[test]
fn a_tar_is_followed_by_nothing() {
    let mut bytes = tar().end();
    bytes.extend_from_slice(&[0; 9 * 1024]);
    let place = Workplace::with("a.1.0.0.tar", &bytes);
    place.extract("a.1.0.0.tar").unwrap();
    bytes.extend_from_slice(&RawTar::default().file("hidden", b"x").end());
    tar_is_damaged(&bytes, Some("second"), Damage::TrailingBytes);
    let mut compressed = gzip(&tar().end());
    compressed.extend_from_slice(b"some more bytes than a header has");
    let place = Workplace::with("a.1.0.0.tgz", &compressed);
    assert_damaged(place.extract("a.1.0.0.tgz"), Some("second"), Damage::TrailingBytes);
}

#[test]
fn a_gzip_of_several_members_is_one_stream() {
    let whole = tar().end();
    let (first, second) = whole.split_at(700);
    let place = Workplace::with("a.1.0.0.tgz", &[gzip(first), gzip(second)].concat());
    assert_eq!(place.extract("a.1.0.0.tgz").unwrap().entries, 2);
}

#[test]
fn one_block_of_zeros_does_not_end_a_tar() {
    let mut bytes = tar().0;
    bytes.extend_from_slice(&[0; 512]);
    bytes.extend_from_slice(&RawTar::default().file("hidden", b"x").end());
    let damage = Damage::TarHeader("there is a block of zeros in front of it");
    tar_is_damaged(&bytes, Some("second"), damage);
}

#[test]
fn tar_headers_that_readers_disagree_about() {
    let mut bytes = tar().end();
    bytes[1] ^= 1;
    tar_is_damaged(&bytes, None, Damage::TarHeader("its checksum is wrong"));

    let negative = RawHeader { raw_size: Some([0xff; 12]), ..RawHeader::new("n", b'0') };
    let bytes = RawTar::default().header(&negative).end();
    tar_is_damaged(&bytes, None, Damage::TarHeader("its size is no number"));

    let twice = Damage::PaxHeader("it has the same key twice");
    let bytes = RawTar::default().pax(b'x', &[("path", b"a"), ("path", b"b")]).file("c", b"").end();
    tar_is_damaged(&bytes, None, twice);

    // One reader takes the pax size, the other that of the header and finds an entry in the content.
    let hidden = RawTar::default().file("hidden", b"").0;
    let bytes = RawTar::default().pax(b'x', &[("size", b"0")]).file("a", &hidden).end();
    let damage = Damage::PaxHeader("its size is not that of the entry's own header");
    tar_is_damaged(&bytes, Some("a"), damage);

    let bytes = RawTar::default().pax(b'g', &[("path", b"a")]).file("c", b"").end();
    let damage = Damage::PaxHeader("a global header gives every entry the same path or size");
    tar_is_damaged(&bytes, None, damage);

    let long = RawHeader::new("././@LongLink", b'L');
    let bytes = RawTar::default().entry(long.clone(), b"gnu\0").pax(b'x', &[("path", b"pax")]);
    let damage = Damage::PaxHeader("the entry has a GNU long name as well");
    tar_is_damaged(&bytes.file("c", b"").end(), None, damage);

    let bytes = RawTar::default().entry(long, b"gnu\0").end();
    tar_is_damaged(&bytes, None, Damage::TarHeader("the entry that it announces is missing"));
}

#[test]
fn a_wrong_extension_is_named() {
    for (name, bytes, found) in [
        ("a.1.0.0.zip", gzip(b"x"), Some(Format::TarGz)),
        ("a.1.0.0.tar.gz", zip(&[]), Some(Format::Zip)),
        ("a.1.0.0.tar.zst", b"hello".to_vec(), None),
        ("a.1.0.0.tar", gzip(b"x"), Some(Format::TarGz)),
        ("a.1.0.0.nupkg", tar().end(), Some(Format::Tar)),
    ] {
        let place = Workplace::with(name, &bytes);
        match Archive::open(&place.path(name)) {
            Err(OpenError::WrongExtension { found: seen, .. }) => assert_eq!(seen, found, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    let place = Workplace::with("a.1.0.0.7z", b"7z");
    let error = Archive::open(&place.path("a.1.0.0.7z")).unwrap_err();
    assert!(matches!(error, OpenError::UnsupportedExtension { .. }));
    let error = Archive::open(&place.path("missing.1.0.zip")).unwrap_err();
    assert!(matches!(error, OpenError::Read { .. }));
    std::fs::create_dir(place.path("folder.1.0.zip")).unwrap();
    let error = Archive::open(&place.path("folder.1.0.zip")).unwrap_err();
    assert!(matches!(error, OpenError::Folder { .. }));
    std::fs::write(place.path("empty.1.0.zip"), "").unwrap();
    let error = Archive::open(&place.path("empty.1.0.zip")).unwrap_err();
    assert!(matches!(error, OpenError::Empty { .. }));
    // For all that is no file, such as a named pipe, whose opening would wait for somebody.
    let _socket = std::os::unix::net::UnixListener::bind(place.path("socket.1.0.zip")).unwrap();
    let error = Archive::open(&place.path("socket.1.0.zip")).unwrap_err();
    assert!(matches!(error, OpenError::NotAFile { .. }));
}

#[test]
fn a_zip_cut_off_or_continued_is_refused() {
    let whole = zip(&[RawEntry::deflated("a", &[b'x'; 500]), RawEntry::stored("b", b"hello")]);
    for length in 4..whole.len() {
        let place = Workplace::with("a.1.0.0.zip", &whole[..length]);
        assert!(place.extract("a.1.0.0.zip").is_err(), "cut at {length}");
    }
    let continued = [&whole[..], b"more"].concat();
    zip_is_damaged(&continued, None, Damage::TrailingBytes);
    // A second end record inside the comment of the first.
    let decoy = end_record(0, 0, 0, b"");
    let directory_end = whole.len() - 22;
    let mut two_ends = whole[..directory_end].to_vec();
    let end = &whole[directory_end..];
    two_ends.extend_from_slice(&end[..20]);
    two_ends.extend_from_slice(&(decoy.len() as u16).to_le_bytes());
    two_ends.extend_from_slice(&decoy);
    zip_is_damaged(&two_ends, None, Damage::ZipStructure("it has two end records"));
}

/// By itself, and among others, with which it is decoded together.
#[track_caller]
fn zip_content_is_damaged(entry: RawEntry, damage: Damage) {
    zip_is_damaged(&zip(std::slice::from_ref(&entry)), Some("a"), damage.clone());
    let before = RawEntry::stored("before", b"hello");
    let after = RawEntry::deflated("z", &[b'z'; 100]);
    zip_is_damaged(&zip(&[before, entry, after]), Some("a"), damage);
}

#[test]
fn zip_content_is_checked() {
    let good = RawEntry::deflated("a", &[b'x'; 500]);
    zip_content_is_damaged(RawEntry { crc32: 1, ..good.clone() }, Damage::WrongCrc);
    let declaring = |declared| RawEntry { bytes: declared, ..good.clone() };
    for declared in [0, 499] {
        let damage = Damage::LongerThanDeclared { declared: declared.into() };
        zip_content_is_damaged(declaring(declared), damage);
    }
    let damage = Damage::ShorterThanDeclared { declared: 501, actual: 500 };
    zip_content_is_damaged(declaring(501), damage);
    let data = [&good.data[..], b"more"].concat();
    let compressed_bytes = data.len() as u32;
    let longer = RawEntry { data, compressed_bytes, ..good.clone() };
    zip_content_is_damaged(longer, Damage::TrailingBytes);
    let data = good.data[..good.data.len() - 1].to_vec();
    let compressed_bytes = data.len() as u32;
    let shorter = RawEntry { data, compressed_bytes, ..good };
    zip_content_is_damaged(shorter, Damage::Truncated);
    zip_content_is_damaged(RawEntry { crc32: 1, ..RawEntry::stored("a", b"x") }, Damage::WrongCrc);
}

#[test]
fn a_file_that_is_longer_than_declared_is_decoded_no_further_than_its_first_byte_too_many() {
    // The stream breaks off long after that.
    let mut liar = RawEntry::deflated("liar", &vec![b'x'; 100 << 10]);
    liar.data.truncate(liar.data.len() - 1);
    liar.compressed_bytes -= 1;
    let small = RawEntry::deflated("small", b"hello");
    // What is decoded before it fills the buffer that they share, or leaves room in it.
    for length in [1, 100 << 10, 256 << 10] {
        let before = RawEntry::deflated("before", &vec![b'x'; length]);
        for declared in [0, 1, 500] {
            let liar = RawEntry { bytes: declared, ..liar.clone() };
            let damage = Damage::LongerThanDeclared { declared: declared.into() };
            let entries = [before.clone(), liar, small.clone()];
            zip_is_damaged(&zip(&entries), Some("liar"), damage);
        }
    }
}

#[test]
fn zip_header_and_directory_must_agree() {
    let good = RawEntry::stored("a.txt", b"hello");
    let disagree = Damage::ZipHeadersDisagree;
    let entry = RawEntry { local_name: Some(b"b.txt".to_vec()), ..good.clone() };
    zip_is_damaged(&zip(&[entry]), Some("a.txt"), disagree("name"));
    let entry = RawEntry { local_bytes: Some(4), ..good.clone() };
    zip_is_damaged(&zip(&[entry]), Some("a.txt"), disagree("size"));
    let entry = RawEntry { local_crc32: Some(4), ..good.clone() };
    zip_is_damaged(&zip(&[entry]), Some("a.txt"), disagree("checksum"));
    let entry = RawEntry { local_method: Some(8), ..good.clone() };
    zip_is_damaged(&zip(&[entry]), Some("a.txt"), disagree("compression method"));
    // Info-ZIP's Unicode path field with another name in it.
    let mut extra = b"\x75\x70\x0a\x00\x01\0\0\0\0".to_vec();
    extra.extend_from_slice(b"b.txt");
    let entry = RawEntry { extra, ..good };
    zip_is_damaged(&zip(&[entry]), None, Damage::ZipStructure("it has two different names"));
}

#[test]
fn zip_entries_neither_overlap_nor_hide_anything() {
    let good = RawEntry::stored("a", b"hello");
    // Two names for the same data, as in overlapping bombs.
    let second = RawEntry { offset: Some(0), ..RawEntry::stored("a", b"hello") };
    zip_is_damaged(&zip(&[good.clone(), second]), Some("a"), Damage::ZipLayout);
    let gap = RawEntry { after: b"hidden".to_vec(), ..good.clone() };
    zip_is_damaged(&zip(&[gap]), Some("a"), Damage::ZipLayout);
    let described = RawEntry { flags: 8, after: vec![0; 16], ..good };
    zip_is_damaged(&zip(&[described]), Some("a"), Damage::ZipLayout);
}
