//! Witness cosignatures, version 1 (<https://c2sp.org/tlog-cosignature>, Ed25519).

use super::checkpoint::SignedCheckpoint;
use super::note::{
    NoteError, NoteSignature, decode_strict_base64, encode_base64, is_key_name, key_id,
};
use crate::key::{PublicKey, SigningKey};

/// The signature type of a timestamped Ed25519 cosignature.
const COSIGNATURE_V1: u8 = 0x04;

/// Somebody else who saw the checkpoint and keeps an eye on the log only growing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    name: String,
    key: [u8; 32],
}

impl Witness {
    /// A witness with an Ed25519 key.
    ///
    /// # Errors
    /// [`NoteError::NotANote`] when the name cannot be a key name or the key is not Ed25519.
    pub fn new(name: &str, key: &PublicKey) -> Result<Self, NoteError> {
        let bytes = key.ed25519_bytes().filter(|_| is_key_name(name));
        let key = bytes.ok_or(NoteError::NotANote(
            "a witness needs an Ed25519 key and a name without white space and plus",
        ))?;
        Ok(Self { name: name.to_owned(), key })
    }

    /// Reads a verifier key: `name+8 hexadecimal digits+Base64 of 0x04 and the key`.
    ///
    /// # Errors
    /// [`NoteError::NotANote`] when it has another form or the digits are not those of the key.
    pub fn parse_vkey(vkey: &str) -> Result<Self, NoteError> {
        let wrong = NoteError::NotANote("a witness key has the form name+1a2b3c4d+Base64");
        let mut parts = vkey.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong);
        };
        let bytes = decode_strict_base64(key).unwrap_or_default();
        let [COSIGNATURE_V1, key @ ..] = bytes.as_slice() else { return Err(wrong) };
        let Ok(key) = <[u8; 32]>::try_from(key) else { return Err(wrong) };
        if !is_key_name(name) || hex::encode(key_id(name, COSIGNATURE_V1, &key)) != id {
            return Err(wrong);
        }
        Ok(Self { name: name.to_owned(), key })
    }

    /// The verifier key as others read it.
    #[must_use]
    pub fn to_vkey(&self) -> String {
        let id = hex::encode(key_id(&self.name, COSIGNATURE_V1, &self.key));
        let key = [&[COSIGNATURE_V1], self.key.as_slice()].concat();
        format!("{}+{id}+{}", self.name, encode_base64(&key))
    }

    /// The witness's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn verifies(&self, text: &str, line: &NoteSignature) -> bool {
        if line.name != self.name || line.key_id != key_id(&self.name, COSIGNATURE_V1, &self.key) {
            return false;
        }
        let Some((seconds, signature)) = line.signature.split_first_chunk::<8>() else {
            return false;
        };
        let message = message(u64::from_be_bytes(*seconds), text);
        ed25519_dalek::VerifyingKey::from_bytes(&self.key)
            .is_ok_and(|key| PublicKey::from_ed25519(&key).verifies(message.as_bytes(), signature))
    }
}

/// Adds a witness's cosignature, made at `unix_seconds`, under a checkpoint.
///
/// A witness must have checked that the checkpoint is consistent with every one it signed before.
///
/// # Errors
/// [`NoteError::NotANote`] when `name` cannot be a key name.
pub fn cosign(
    checkpoint: &mut SignedCheckpoint,
    name: &str,
    key: &SigningKey,
    unix_seconds: u64,
) -> Result<(), NoteError> {
    let witness = Witness::new(name, &key.public_key())?;
    let signature = key.sign(message(unix_seconds, &checkpoint.note.text).as_bytes());
    checkpoint.note.signatures.push(NoteSignature {
        key_id: key_id(name, COSIGNATURE_V1, &witness.key),
        name: witness.name,
        signature: [unix_seconds.to_be_bytes().as_slice(), &signature].concat(),
    });
    Ok(())
}

fn message(unix_seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {unix_seconds}\n{text}")
}
