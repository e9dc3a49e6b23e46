//! A keyed digest of a secret: equal secrets have equal digests, and nobody without the key can guess.

use std::fmt;
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::key::secret_file;

/// Separates this use of the key from any other.
const DOMAIN: &[u8] = b"cofferdam keyed digest v1\0";

/// The secret of one log under which values are digested (32 bytes).
///
/// The file holds the key as 64 hexadecimal digits, readable by its owner only. An auditor who is
/// given the file can check whether a value they know is the one that was deployed; the digest
/// alone tells nothing, however short the value is.
pub struct DigestKey([u8; 32]);

/// Why a digest key could not be read or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DigestKeyError {
    /// The file could not be read or written.
    #[error("cannot use the digest key {path}: {source}")]
    Io {
        /// The key file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not 64 hexadecimal digits.
    #[error("{path} is no digest key: expected 64 hexadecimal digits and a line end")]
    Malformed {
        /// The key file.
        path: String,
    },
    /// The system gave no randomness.
    #[error("the system gave no randomness for a new digest key: {0}")]
    Randomness(getrandom::Error),
}

impl DigestKey {
    /// Reads the key in `path`, or makes one there (mode 0600) if there is none.
    ///
    /// # Errors
    /// [`DigestKeyError`] when the file cannot be read, written or understood.
    pub fn load_or_create(path: &Path) -> Result<Self, DigestKeyError> {
        let shown = path.display().to_string();
        match Self::read_file(path) {
            Err(DigestKeyError::Io { source, .. })
                if source.kind() == std::io::ErrorKind::NotFound =>
            {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(DigestKeyError::Randomness)?;
                let text = format!("{}\n", hex::encode(key));
                match secret_file::create(path, text.as_bytes()) {
                    Ok(()) => Ok(Self(key)),
                    // Another process was quicker: its key is the key.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        Self::load_or_create(path)
                    }
                    Err(source) => Err(DigestKeyError::Io { path: shown, source }),
                }
            }
            read => read,
        }
    }

    /// Reads the key in `path`.
    ///
    /// # Errors
    /// [`DigestKeyError`] when the file cannot be read or understood.
    pub fn read_file(path: &Path) -> Result<Self, DigestKeyError> {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).ok_or(DigestKeyError::Malformed { path: shown }),
            Err(source) => Err(DigestKeyError::Io { path: shown, source }),
        }
    }

    /// A key from its 32 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(text.strip_suffix('\n').unwrap_or(text), &mut key).ok()?;
        Some(Self(key))
    }

    /// HMAC-SHA256 of `value`. Names do not enter it, so equal values are seen across names.
    #[must_use]
    pub fn digest(&self, value: &[u8]) -> KeyedDigest {
        let mut key = Sha256::new();
        key.update(DOMAIN);
        key.update(self.0);
        let key: [u8; 32] = key.finalize().into();
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key");
        mac.update(value);
        KeyedDigest(format!("hmac-sha256:{}", hex::encode(mac.finalize().into_bytes())))
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DigestKey(..)")
    }
}

/// `hmac-sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyedDigest(String);

impl fmt::Display for KeyedDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
