//! `ToBase64`, `FromBase64`, and the encodings of text they share with the hashes.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::call::{Call, Outcome};
use crate::Error;

/// .NET insists on padding and does not look at the bits that the last character has to spare.
const DOTNET: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// How text becomes bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-16, little end first.
    Unicode,
}

impl Encoding {
    pub(super) fn named(name: &str) -> Option<Self> {
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        if is("utf8") || is("utf-8") {
            Some(Self::Utf8)
        } else if is("unicode") {
            Some(Self::Unicode)
        } else {
            None
        }
    }

    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Unicode => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Unicode => {
                let (pairs, odd) = bytes.as_chunks::<2>();
                let mut text = String::from_utf16_lossy(
                    &pairs.iter().copied().map(u16::from_le_bytes).collect::<Vec<_>>(),
                );
                if !odd.is_empty() {
                    text.push(char::REPLACEMENT_CHARACTER);
                }
                text
            }
        }
    }
}

/// The encoding that the only option names, UTF-8 without one.
fn encoding(options: &[String]) -> Option<Encoding> {
    match options {
        [] => Some(Encoding::Utf8),
        [name] => Encoding::named(name),
        _ => None,
    }
}

/// Bytes of a text in Base64; white space in it does not count.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')).collect();
    DOTNET.decode(compact).ok()
}

pub(super) fn to_base64(call: &Call<'_>) -> Outcome {
    Ok(match (call.argument, encoding(call.options)) {
        (Some(text), Some(encoding)) => Some(DOTNET.encode(encoding.encode(text))),
        _ => None,
    })
}

/// What is not Base64 is an error even where the encoding is unknown.
pub(super) fn from_base64(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument.filter(|_| call.options.len() <= 1) else { return Ok(None) };
    let bytes = decode_base64(text).ok_or(Error::InvalidBase64)?;
    Ok(encoding(call.options).map(|encoding| encoding.decode(&bytes)))
}
