//! `Format`: the archive formats, told by file extension and checked against the first bytes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An archive format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// `.tar`
    #[serde(rename = "tar")]
    Tar,
    /// `.tar.gz`, `.tgz`
    #[serde(rename = "tar.gz")]
    TarGz,
    /// `.tar.bz2`, `.tar.bz`, `.tbz`
    #[serde(rename = "tar.bz2")]
    TarBz2,
    /// `.tar.zst`
    #[serde(rename = "tar.zst")]
    TarZst,
    /// `.zip`
    #[serde(rename = "zip")]
    Zip,
    /// `.nupkg`: a zip with a `.nuspec` and packaging metadata in it
    #[serde(rename = "nupkg")]
    Nupkg,
}

/// The extensions, longest first where one ends with another.
const EXTENSIONS: [(&str, Format); 9] = [
    (".tar.gz", Format::TarGz),
    (".tgz", Format::TarGz),
    (".tar.bz2", Format::TarBz2),
    (".tar.bz", Format::TarBz2),
    (".tbz", Format::TarBz2),
    (".tar.zst", Format::TarZst),
    (".tar", Format::Tar),
    (".zip", Format::Zip),
    (".nupkg", Format::Nupkg),
];

/// Bytes of a file that [`Format::matches`] wants to see: up to and including the magic of a tar header.
pub(crate) const MAGIC_BYTES: usize = 512;

impl Format {
    /// Every format, in the order in which messages list them.
    pub const ALL: [Self; 6] =
        [Self::TarGz, Self::TarZst, Self::TarBz2, Self::Tar, Self::Zip, Self::Nupkg];

    /// The format that a file name's extension announces, ignoring case.
    pub fn from_file_name(name: &str) -> Option<Self> {
        let ends_with = |extension: &str| {
            name.len()
                .checked_sub(extension.len())
                .and_then(|at| name.get(at..))
                .is_some_and(|end| end.eq_ignore_ascii_case(extension))
        };
        EXTENSIONS.iter().find(|(extension, _)| ends_with(extension)).map(|&(_, format)| format)
    }

    /// The extension that this crate gives it, with the leading dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Tar => ".tar",
            Self::TarGz => ".tar.gz",
            Self::TarBz2 => ".tar.bz2",
            Self::TarZst => ".tar.zst",
            Self::Zip => ".zip",
            Self::Nupkg => ".nupkg",
        }
    }

    /// Whether it is a zip inside.
    pub const fn is_zip(self) -> bool {
        matches!(self, Self::Zip | Self::Nupkg)
    }

    /// Whether a file that begins with `start` (up to [`MAGIC_BYTES`]) can be of this format.
    pub(crate) fn matches(self, start: &[u8]) -> bool {
        match self {
            Self::TarGz => start.starts_with(&[0x1f, 0x8b]),
            Self::TarBz2 => start.starts_with(b"BZh"),
            // A frame, or a skippable frame (0x184D2A50 to ..5F) before it.
            Self::TarZst => {
                start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
                    || matches!(start, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
            }
            // A local header, or the end record of an empty archive.
            Self::Zip | Self::Nupkg => {
                start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06")
            }
            // `ustar`, or an archive older than that magic: neither begins like another format.
            Self::Tar => start.get(257..262) == Some(b"ustar") || Self::recognise(start).is_none(),
        }
    }

    /// The format that the first bytes show, if they show one.
    pub(crate) fn recognise(start: &[u8]) -> Option<Self> {
        [Self::TarGz, Self::TarBz2, Self::TarZst, Self::Zip]
            .into_iter()
            .find(|format| format.matches(start))
            .or_else(|| (start.get(257..262) == Some(b"ustar")).then_some(Self::Tar))
    }
}

/// Displays the extension without its dot: `tar.gz`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.extension().trim_start_matches('.'))
    }
}

/// A name that is no archive format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no package format: use tar.gz, tar.zst, tar.bz2, tar, zip or nupkg")]
pub struct UnknownFormat(pub String);

/// Parses what `Display` writes, with or without a leading dot, and the other extensions: `tgz`.
impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let dotted = format!(".{}", text.trim_start_matches('.'));
        EXTENSIONS
            .iter()
            .find(|(extension, _)| extension.eq_ignore_ascii_case(&dotted))
            .map(|&(_, format)| format)
            .ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_extension_and_by_its_name() {
        for format in Format::ALL {
            assert_eq!(
                Format::from_file_name(&format!("a.1.0{}", format.extension())),
                Some(format)
            );
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        assert_eq!(Format::from_file_name("A.1.0.TGZ"), Some(Format::TarGz));
        assert_eq!(Format::from_file_name("a.1.0.tar.xz"), None);
        assert_eq!(Format::from_file_name("å.7z"), None);
        assert!("7z".parse::<Format>().is_err());
    }

    #[test]
    fn a_zip_is_not_taken_for_a_tar() {
        assert!(!Format::Tar.matches(b"PK\x03\x04"));
        assert!(!Format::TarGz.matches(b"BZh9"));
        assert!(Format::Tar.matches(b"old.txt\0"));
    }
}
