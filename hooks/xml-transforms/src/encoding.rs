//! From the bytes of a file to text and back: which encoding an XML file is read and written in.

use std::borrow::Cow;

use cofferdam_hook_files::Charset;
use cofferdam_xml::{LineIndex, Position, declared_encoding};

/// The text of a file, without its byte order mark, and what the mark said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text.
    pub text: String,
    /// The character set that the byte order mark announced.
    pub marked: Option<Charset>,
}

/// Why bytes are no text, or a text cannot become bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// The bytes are not valid in the encoding that they should be in.
    #[error("the bytes are not valid {charset} ({position}); save the file in one encoding")]
    Invalid {
        /// The encoding.
        charset: &'static str,
        /// Where the first invalid byte is.
        position: Position,
    },
    /// The XML declaration names an encoding that does not exist.
    #[error("the XML declaration names the encoding '{name}', which is not known; correct it")]
    Unknown {
        /// The name.
        name: String,
    },
}

/// Decodes a file: by its byte order mark, else as UTF-8, else in the encoding that its XML
/// declaration names.
///
/// The original never looks at the declaration here and replaces what is not UTF-8 by U+FFFD.
///
/// # Errors
///
/// When the bytes are not valid in that encoding.
pub fn decode(bytes: &[u8]) -> Result<Decoded, EncodingError> {
    let marked = Charset::of_bom(bytes);
    let body = &bytes[marked.map_or(0, |charset| charset.bom().len())..];
    let charset = match marked {
        Some(charset) => charset,
        None if std::str::from_utf8(body).is_ok() => Charset::Utf8,
        // That it is none of those with a mark is plain from the bytes.
        None => declared_encoding(body)
            .and_then(Charset::named)
            .filter(|charset| charset.bom().is_empty())
            .unwrap_or(Charset::Utf8),
    };
    match charset.decode(body.to_vec()) {
        Ok(text) => Ok(Decoded { text, marked }),
        Err(valid) => {
            let end = u32::try_from(valid.len()).unwrap_or(u32::MAX);
            let position = LineIndex::new(&valid).position(&valid, end);
            Err(EncodingError::Invalid { charset: charset.name(), position })
        }
    }
}

/// Encodes a file as the original does: in the encoding of the byte order mark that it had, else
/// in the declared one, else in UTF-8; with a mark, unless nothing says what the encoding is or
/// the character set has none. A character that the set lacks becomes a character reference.
///
/// # Errors
///
/// When the declared encoding is not known.
pub fn encode<'t>(
    text: &'t str,
    marked: Option<Charset>,
    declared: Option<&str>,
) -> Result<Cow<'t, [u8]>, EncodingError> {
    let charset = match (marked, declared) {
        (Some(charset), _) => charset,
        (None, None) => return Ok(text.as_bytes().into()),
        (None, Some(name)) => {
            Charset::named(name).ok_or_else(|| EncodingError::Unknown { name: name.to_owned() })?
        }
    };
    let mut bytes = charset.bom().to_vec();
    match charset.encode(text) {
        Some(encoded) if bytes.is_empty() => return Ok(encoded),
        Some(encoded) => bytes.extend_from_slice(&encoded),
        None => {
            for c in text.chars() {
                let mut buffer = [0; 4];
                let encoded = charset.encode(c.encode_utf8(&mut buffer));
                match encoded {
                    Some(encoded) => bytes.extend_from_slice(&encoded),
                    None => bytes.extend_from_slice(format!("&#x{:X};", u32::from(c)).as_bytes()),
                }
            }
        }
    }
    Ok(bytes.into())
}
