//! Text files: reading with the encoding found out, writing back in the same encoding.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::{Charset, Encoding, Error, Log, Position, write_if_changed};

/// The largest file that a configuration hook reads, in bytes.
///
/// A hook needs the file and the result in memory at once, and an XML file as a tree, so that its memory limit stops
/// it earlier in most cases. The largest configuration files seen in practice have a few megabytes.
pub const MAX_FILE_BYTES: u64 = 128 * 1024 * 1024;

/// A decoded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The characters, without byte order mark.
    pub content: String,
    /// How they were encoded.
    pub encoding: Encoding,
}

impl Text {
    /// Decodes bytes: by their byte order mark, else as strict UTF-8, else as windows-1252 (Calamari's order).
    ///
    /// # Errors
    /// [`Error::Malformed`] for `path` if the bytes are not valid in the encoding that the mark announces.
    pub fn decode(mut bytes: Vec<u8>, path: &Path) -> Result<Self, Error> {
        if let Some(charset) = Charset::of_bom(&bytes) {
            bytes.drain(..charset.bom().len());
            return match charset.decode(bytes) {
                Ok(content) => Ok(Self { content, encoding: Encoding { charset, bom: true } }),
                Err(valid) => Err(Error::Malformed {
                    path: path.to_owned(),
                    encoding: charset.name(),
                    at: Position::of(&valid, valid.len()),
                }),
            };
        }
        match String::from_utf8(bytes) {
            Ok(content) => {
                Ok(Self { content, encoding: Encoding { charset: Charset::Utf8, bom: false } })
            }
            Err(error) => {
                let charset = Charset::FALLBACK;
                // Every byte is a character of windows-1252, so the error is never taken.
                let content = charset.decode(error.into_bytes()).unwrap_or_else(|valid| valid);
                Ok(Self { content, encoding: Encoding { charset, bom: false } })
            }
        }
    }
}

impl Encoding {
    /// UTF-8 without byte order mark.
    pub const UTF_8: Self = Self { charset: Charset::Utf8, bom: false };

    /// The bytes of `text` with the byte order mark; none if a character is not in the set.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        let encoded = self.charset.encode(text)?;
        if !self.bom {
            return Some(encoded);
        }
        let mut bytes = self.charset.bom().to_vec();
        bytes.extend_from_slice(&encoded);
        Some(bytes.into())
    }

    /// The bytes of `text`; where a character is not in the set, the bytes in UTF-8 without byte order mark and a
    /// warning, as Calamari does.
    pub fn encode_or_utf_8<'t>(self, text: &'t str, log: &mut dyn Log) -> Cow<'t, [u8]> {
        self.encode(text).unwrap_or_else(|| {
            log.warning(&format!(
                "Unable to represent the output with encoding {}. Trying next the alternative: utf-8.",
                self.charset.name()
            ));
            text.as_bytes().into()
        })
    }
}

/// Reads a whole file of at most [`MAX_FILE_BYTES`].
///
/// # Errors
/// [`Error::Io`] and [`Error::TooLarge`].
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let too_large = |bytes| Error::TooLarge { path: path.to_owned(), bytes };
    if length > MAX_FILE_BYTES {
        return Err(too_large(length));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // One more than allowed, so that a file that grows meanwhile is noticed.
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)? as u64;
    if read > MAX_FILE_BYTES { Err(too_large(read)) } else { Ok(bytes) }
}

/// Reads and decodes a file; see [`Text::decode`].
///
/// # Errors
/// [`Error::Io`], [`Error::TooLarge`] and [`Error::Malformed`].
pub fn read_text(path: &Path) -> Result<Text, Error> {
    Text::decode(read_bytes(path)?, path)
}

/// Encodes and writes a text unless the file already has exactly these bytes; says whether it wrote.
///
/// # Errors
/// [`Error::Io`].
pub fn write_text(
    path: &Path,
    content: &str,
    encoding: Encoding,
    log: &mut dyn Log,
) -> Result<bool, Error> {
    write_if_changed(path, &encoding.encode_or_utf_8(content, log))
}
