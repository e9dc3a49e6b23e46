//! Signed notes (<https://c2sp.org/signed-note>): a text, an empty line, signature lines.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// One spelling for each value: padding required, no stray bits in the last digit.
const STRICT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(false),
);

/// The specification asks for at least 16; a witness network of this size is far away.
const MAX_SIGNATURES: usize = 64;
/// Room for a text and that many post-quantum signatures.
const MAX_NOTE_BYTES: usize = 512 * 1024;
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// Why a note or the checkpoint in it cannot be believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// The text does not have the form of a signed note.
    #[error("this is no signed note: {0}")]
    NotANote(&'static str),
    /// The note's text is not a checkpoint.
    #[error("the note is no checkpoint: {0}")]
    NotACheckpoint(&'static str),
    /// None of the given keys has signed.
    #[error("the checkpoint of {origin} is not signed by any of the {keys} given keys")]
    Stranger {
        /// The log's name.
        origin: String,
        /// How many keys were given.
        keys: usize,
    },
    /// A line claims to be a given key's signature, and is not.
    #[error("the checkpoint of {origin} was altered: the signature of key {fingerprint} is wrong")]
    Altered {
        /// The log's name.
        origin: String,
        /// The key that is claimed to have signed.
        fingerprint: String,
    },
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NoteSignature {
    /// The key's name; for a log's own signature this is the origin.
    pub(crate) name: String,
    /// The first four bytes, a hint at the key.
    pub(crate) key_id: [u8; 4],
    /// The rest.
    pub(crate) signature: Vec<u8>,
}

/// A text and the signatures under it. Parsing and writing are exact inverses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    /// With its final line end.
    pub(crate) text: String,
    /// In the order of the lines.
    pub(crate) signatures: Vec<NoteSignature>,
}

impl Note {
    pub(crate) fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::NotANote("it is larger than 512 KiB"));
        }
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::NotANote("it has a control character in it"));
        }
        let end = note
            .rfind("\n\n")
            .ok_or(NoteError::NotANote("no empty line stands before the signatures"))?;
        let (text, rest) = note.split_at(end + 1);
        let lines = rest
            .strip_prefix('\n')
            .and_then(|rest| rest.strip_suffix('\n'))
            .ok_or(NoteError::NotANote("it does not end with a signature line"))?;
        let signatures: Vec<NoteSignature> = lines
            .split('\n')
            .map(NoteSignature::parse)
            .collect::<Option<_>>()
            .ok_or(NoteError::NotANote("a signature line has another form"))?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::NotANote("it has more than 64 signatures"));
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    pub(crate) fn to_text(&self) -> String {
        let lines: String = self.signatures.iter().map(NoteSignature::to_line).collect();
        format!("{}\n{lines}", self.text)
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let bytes = decode_strict_base64(encoded)?;
        let (key_id, signature) = bytes.split_first_chunk::<4>()?;
        is_key_name(name).then(|| Self {
            name: name.to_owned(),
            key_id: *key_id,
            signature: signature.to_vec(),
        })
    }

    fn to_line(&self) -> String {
        let bytes = [self.key_id.as_slice(), &self.signature].concat();
        format!("{SIGNATURE_PREFIX}{} {}\n", self.name, encode_base64(&bytes))
    }
}

/// A key name is not empty and has neither white space nor a plus in it.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+' || c.is_control())
}

/// SHA-256(name || newline || signature type || public key), the first four bytes.
pub(crate) fn key_id(name: &str, signature_type: u8, public_key: &[u8; 32]) -> [u8; 4] {
    let bytes = [name.as_bytes(), b"\n", &[signature_type], public_key].concat();
    let hash = super::Hash::of(&bytes);
    let [a, b, c, d, ..] = *hash.as_bytes();
    [a, b, c, d]
}

pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    STRICT_BASE64.encode(bytes)
}

pub(crate) fn decode_strict_base64(text: &str) -> Option<Vec<u8>> {
    STRICT_BASE64.decode(text).ok()
}
