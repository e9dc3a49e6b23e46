//! Checkpoints (<https://c2sp.org/tlog-checkpoint>): a log's name, size and root, signed.

use std::fmt;

use super::cosignature::Witness;
use super::hash::Hash;
use super::inclusion::parse_decimal;
use super::note::{
    Note, NoteError, NoteSignature, decode_strict_base64, encode_base64, is_key_name, key_id,
};
use crate::key::{Fingerprint, PublicKey, SigningKey};

/// The signature type of plain Ed25519 in a note.
const ED25519: u8 = 0x01;

/// The state of a log: how many records it has and the root of the tree over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, a URL without scheme.
    pub origin: String,
    /// How many records it covers.
    pub size: u64,
    /// The RFC 6962 Merkle tree hash over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The three lines that are signed.
    pub(crate) fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, encode_base64(self.root.as_bytes()))
    }

    fn parse(body: &str) -> Result<Self, NoteError> {
        let mut lines = body.strip_suffix('\n').unwrap_or(body).split('\n');
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let origin = next().ok_or(NoteError::NotACheckpoint("the first line names no log"))?;
        let size = next()
            .and_then(parse_decimal)
            .ok_or(NoteError::NotACheckpoint("the second line is not a size"))?;
        let root = next()
            .and_then(decode_strict_base64)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Hash::from_bytes)
            .ok_or(NoteError::NotACheckpoint("the third line is not a root hash"))?;
        // Extension lines are allowed by the format, written by nobody, and mean nothing here.
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Signs the checkpoint with the log's key, under the origin as the key's name.
    ///
    /// # Errors
    /// [`NoteError::NotACheckpoint`] when the origin cannot be a key name.
    pub fn sign(self, key: &SigningKey) -> Result<SignedCheckpoint, NoteError> {
        if !is_key_name(&self.origin) {
            return Err(NoteError::NotACheckpoint(
                "its origin is empty or has white space or a plus in it",
            ));
        }
        let text = self.body();
        let public = key.public_key().ed25519_bytes().unwrap_or_default();
        let signature = NoteSignature {
            name: self.origin.clone(),
            key_id: key_id(&self.origin, ED25519, &public),
            signature: key.sign(text.as_bytes()).to_vec(),
        };
        Ok(SignedCheckpoint { checkpoint: self, note: Note { text, signatures: vec![signature] } })
    }
}

/// A checkpoint with the signatures under it: the log's own, and those of witnesses.
///
/// `Display` writes it as it was read, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    /// What is signed.
    pub checkpoint: Checkpoint,
    pub(super) note: Note,
}

impl SignedCheckpoint {
    /// Reads a signed note. Nothing in it is to be believed before [`SignedCheckpoint::verify`].
    ///
    /// # Errors
    /// [`NoteError::NotANote`] or [`NoteError::NotACheckpoint`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        let note = Note::parse(note)?;
        Ok(Self { checkpoint: Checkpoint::parse(&note.text)?, note })
    }

    /// Which of `keys` signed it as the log's key.
    ///
    /// # Errors
    /// [`NoteError::Altered`] if a signature claims to be by one of them and is not,
    /// [`NoteError::Stranger`] if none signed.
    pub fn verify(&self, keys: &[PublicKey]) -> Result<Fingerprint, NoteError> {
        let origin = &self.checkpoint.origin;
        for key in keys {
            let Some(public) = key.ed25519_bytes() else { continue };
            let id = key_id(origin, ED25519, &public);
            let mut claimed = self
                .note
                .signatures
                .iter()
                .filter(|line| line.name == *origin && line.key_id == id)
                .peekable();
            if claimed.peek().is_none() {
                continue;
            }
            if claimed.all(|line| key.verifies(self.note.text.as_bytes(), &line.signature)) {
                return Ok(key.fingerprint());
            }
            return Err(NoteError::Altered {
                origin: origin.clone(),
                fingerprint: key.fingerprint().to_string(),
            });
        }
        Err(NoteError::Stranger { origin: origin.clone(), keys: keys.len() })
    }

    /// The names of those witnesses whose cosignature stands under it and is right.
    #[must_use]
    pub fn cosigned_by<'a>(&self, witnesses: &'a [Witness]) -> Vec<&'a str> {
        let signed = |witness: &&Witness| {
            self.note.signatures.iter().any(|line| witness.verifies(&self.note.text, line))
        };
        witnesses.iter().filter(signed).map(Witness::name).collect()
    }
}

impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.note.to_text())
    }
}
