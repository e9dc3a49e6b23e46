//! Character sets with their names, byte order marks, decoding and encoding.

use std::borrow::Cow;

use encoding_rs::{CoderResult, WINDOWS_1252};

/// How characters become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Charset {
    /// UTF-8
    Utf8,
    /// UTF-16, little end first
    Utf16Le,
    /// UTF-16, big end first
    Utf16Be,
    /// UTF-32, little end first
    Utf32Le,
    /// UTF-32, big end first
    Utf32Be,
    /// The first 128 characters.
    Ascii,
    /// The first 256 characters.
    Latin1,
    /// One of the legacy character sets of the WHATWG encoding standard; never a Unicode one.
    Legacy(&'static encoding_rs::Encoding),
}

/// A character set, and whether the file starts with a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// How characters become bytes.
    pub charset: Charset,
    /// Whether a byte order mark comes first; only ever true for a Unicode character set.
    pub bom: bool,
}

/// Names of character sets that the WHATWG standard gives another meaning or does not know, in lower case.
const OWN_LABELS: [(&str, Charset); 17] = [
    ("us-ascii", Charset::Ascii),
    ("ascii", Charset::Ascii),
    ("ansi_x3.4-1968", Charset::Ascii),
    ("iso-8859-1", Charset::Latin1),
    ("iso8859-1", Charset::Latin1),
    ("latin1", Charset::Latin1),
    ("l1", Charset::Latin1),
    ("utf-16", Charset::Utf16Le),
    ("utf-16le", Charset::Utf16Le),
    ("utf-16be", Charset::Utf16Be),
    ("unicode", Charset::Utf16Le),
    ("unicodefffe", Charset::Utf16Be),
    ("ucs-2", Charset::Utf16Le),
    ("iso-10646-ucs-2", Charset::Utf16Le),
    ("utf-32", Charset::Utf32Le),
    ("utf-32le", Charset::Utf32Le),
    ("utf-32be", Charset::Utf32Be),
];

impl Charset {
    /// What a file without byte order mark that is not valid UTF-8 is taken for, as Calamari does.
    pub const FALLBACK: Self = Self::Legacy(WINDOWS_1252);

    /// The character set with this name (any case, surrounding white space ignored), if there is one.
    #[must_use]
    pub fn named(label: &str) -> Option<Self> {
        let label = label.trim().to_ascii_lowercase();
        if let Some((_, charset)) = OWN_LABELS.iter().find(|(name, _)| *name == label) {
            return Some(*charset);
        }
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes())?;
        if found == encoding_rs::UTF_8 {
            Some(Self::Utf8)
        } else if found == encoding_rs::X_USER_DEFINED {
            None
        } else {
            Some(Self::Legacy(found))
        }
    }

    /// The registered name, as it stands in messages and XML declarations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16",
            Self::Utf16Be => "utf-16BE",
            Self::Utf32Le => "utf-32",
            Self::Utf32Be => "utf-32BE",
            Self::Ascii => "us-ascii",
            Self::Latin1 => "iso-8859-1",
            Self::Legacy(table) => registered_name(table.name()),
        }
    }

    /// The byte order mark; empty for a character set that has none.
    #[must_use]
    pub fn bom(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xEF\xBB\xBF",
            Self::Utf16Le => b"\xFF\xFE",
            Self::Utf16Be => b"\xFE\xFF",
            Self::Utf32Le => b"\xFF\xFE\0\0",
            Self::Utf32Be => b"\0\0\xFE\xFF",
            Self::Ascii | Self::Latin1 | Self::Legacy(_) => b"",
        }
    }

    /// The character set whose byte order mark `bytes` start with.
    #[must_use]
    pub fn of_bom(bytes: &[u8]) -> Option<Self> {
        // UTF-32 first: its little-endian mark begins with that of UTF-16.
        [Self::Utf32Le, Self::Utf32Be, Self::Utf8, Self::Utf16Le, Self::Utf16Be]
            .into_iter()
            .find(|charset| bytes.starts_with(charset.bom()))
    }

    /// Decodes bytes without byte order mark.
    ///
    /// # Errors
    /// On the first invalid sequence, the text before it.
    pub fn decode(self, bytes: Vec<u8>) -> Result<String, String> {
        match self {
            Self::Utf8 => String::from_utf8(bytes).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()).into_owned()
            }),
            Self::Utf16Le => utf16(&bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(&bytes, u16::from_be_bytes),
            Self::Utf32Le => utf32(&bytes, u32::from_le_bytes),
            Self::Utf32Be => utf32(&bytes, u32::from_be_bytes),
            Self::Ascii => collect(bytes.iter().map(|b| b.is_ascii().then_some(char::from(*b)))),
            Self::Latin1 => Ok(bytes.iter().copied().map(char::from).collect()),
            Self::Legacy(table) => {
                match table.decode_without_bom_handling_and_without_replacement(&bytes) {
                    Some(text) => Ok(text.into_owned()),
                    None => Err(String::new()),
                }
            }
        }
    }

    /// Encodes a text, without byte order mark; none if a character is not in the set.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(text.as_bytes().into()),
            Self::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            Self::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            Self::Utf32Le => Some(text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect()),
            Self::Utf32Be => Some(text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect()),
            Self::Ascii => text.is_ascii().then(|| text.as_bytes().into()),
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect(),
            Self::Legacy(table) => match table.encode(text) {
                (bytes, _, false) => Some(bytes),
                (_, _, true) => None,
            },
        }
    }

    /// Encodes a text, without byte order mark, with `?` for every character that is not in the set.
    #[must_use]
    pub fn encode_with_question_marks(self, text: &str) -> Cow<'_, [u8]> {
        if let Some(bytes) = self.encode(text) {
            return bytes;
        }
        let mut known = String::with_capacity(text.len());
        for character in text.chars() {
            let fits = match self {
                Self::Ascii => character.is_ascii(),
                Self::Latin1 => u32::from(character) <= 0xFF,
                Self::Legacy(table) => encodes(table, character),
                _ => true,
            };
            known.push(if fits { character } else { '?' });
        }
        self.encode(&known).unwrap_or_default().into_owned().into()
    }
}

/// The names of the WHATWG standard that .NET writes in another way.
const REGISTERED_NAMES: [(&str, &str); 22] = [
    ("IBM866", "cp866"),
    ("ISO-8859-2", "iso-8859-2"),
    ("ISO-8859-3", "iso-8859-3"),
    ("ISO-8859-4", "iso-8859-4"),
    ("ISO-8859-5", "iso-8859-5"),
    ("ISO-8859-6", "iso-8859-6"),
    ("ISO-8859-7", "iso-8859-7"),
    ("ISO-8859-8", "iso-8859-8"),
    ("ISO-8859-8-I", "iso-8859-8-i"),
    ("ISO-8859-10", "iso-8859-10"),
    ("ISO-8859-13", "iso-8859-13"),
    ("ISO-8859-14", "iso-8859-14"),
    ("ISO-8859-15", "iso-8859-15"),
    ("ISO-8859-16", "iso-8859-16"),
    ("KOI8-R", "koi8-r"),
    ("KOI8-U", "koi8-u"),
    ("GBK", "gbk"),
    ("Big5", "big5"),
    ("EUC-JP", "euc-jp"),
    ("ISO-2022-JP", "iso-2022-jp"),
    ("Shift_JIS", "shift_jis"),
    ("EUC-KR", "euc-kr"),
];

fn registered_name(name: &'static str) -> &'static str {
    REGISTERED_NAMES.iter().find(|(standard, _)| *standard == name).map_or(name, |(_, own)| own)
}

/// Whether a legacy character set has this character.
fn encodes(table: &'static encoding_rs::Encoding, character: char) -> bool {
    let mut buffer = [0_u8; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    let mut out = [0_u8; 16];
    let (result, _, _, had_unmappable) = table.new_encoder().encode_from_utf8(text, &mut out, true);
    result == CoderResult::InputEmpty && !had_unmappable
}

/// Characters up to the first missing one.
fn collect(characters: impl Iterator<Item = Option<char>>) -> Result<String, String> {
    let mut text = String::new();
    for character in characters {
        match character {
            Some(character) => text.push(character),
            None => return Err(text),
        }
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (units, rest) = bytes.as_chunks::<2>();
    let characters = char::decode_utf16(units.iter().map(|pair| unit(*pair))).map(Result::ok);
    collect(characters.chain((!rest.is_empty()).then_some(None)))
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> Result<String, String> {
    let (units, rest) = bytes.as_chunks::<4>();
    let characters = units.iter().map(|four| char::from_u32(unit(*four)));
    collect(characters.chain((!rest.is_empty()).then_some(None)))
}
