//! Which encoding an XML file is in.

use cofferdam_hook_files::{Charset, Encoding};
use cofferdam_xml::{LineIndex, declared_encoding};

use crate::error::FileError;

/// Decodes a file: by its byte order mark, else in the encoding that the XML declaration names,
/// else as UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Encoding), FileError> {
    let marked = Charset::of_bom(bytes);
    let body = &bytes[marked.map_or(0, |charset| charset.bom().len())..];
    let charset = match (marked, declared_encoding(body)) {
        (Some(charset), _) => charset,
        (None, None) => Charset::Utf8,
        (None, Some(name)) => {
            let found = Charset::named(name);
            let found =
                found.ok_or_else(|| FileError::UnknownEncoding { name: name.to_owned() })?;
            // A declaration that could be read as ASCII is in none of the wide encodings.
            if found.bom().is_empty() { found } else { Charset::Utf8 }
        }
    };
    match charset.decode(body.to_vec()) {
        Ok(text) => Ok((text, Encoding { charset, bom: marked.is_some() })),
        Err(valid) => {
            let end = u32::try_from(valid.len()).unwrap_or(u32::MAX);
            let position = LineIndex::new(&valid).position(&valid, end);
            Err(FileError::InvalidBytes { charset: charset.name(), position })
        }
    }
}

/// `text`, which goes into XML, with character references for what a character set lacks.
pub(crate) fn representable(text: String, charset: Charset) -> String {
    if charset.encode(&text).is_some() {
        return text;
    }
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if charset.encode(c.encode_utf8(&mut [0; 4])).is_some() {
            out.push(c);
        } else {
            out.push_str(&format!("&#x{:X};", u32::from(c)));
        }
    }
    out
}
