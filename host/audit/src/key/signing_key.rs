//! The private half: an Ed25519 key that signs logs, attestations and files.

use std::fmt;
use std::path::Path;

use ed25519_dalek::Signer;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use p256::pkcs8::LineEnding;

use super::{KeyError, PublicKey, secret_file};

/// An Ed25519 private key. It is wiped from memory when dropped and never printed.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// [`KeyError::Randomness`] when the system has none to give.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(KeyError::Randomness)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key that belongs to 32 secret bytes (RFC 8032, section 5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads PKCS#8 PEM (`-----BEGIN PRIVATE KEY-----`, as OpenSSL writes) or an OpenSSH private
    /// key (`-----BEGIN OPENSSH PRIVATE KEY-----`) without passphrase.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], [`KeyError::Encrypted`] or [`KeyError::Unsupported`].
    pub fn parse(pem: &str) -> Result<Self, KeyError> {
        if !pem.trim_start().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----") {
            return ed25519_dalek::SigningKey::from_pkcs8_pem(pem.trim())
                .map(Self)
                .map_err(|error| malformed(&error));
        }
        let key = ssh_key::PrivateKey::from_openssh(pem).map_err(|error| malformed(&error))?;
        if key.is_encrypted() {
            return Err(KeyError::Encrypted);
        }
        match key.key_data().ed25519() {
            Some(pair) => Ok(Self::from_seed(&pair.private.to_bytes())),
            None => Err(KeyError::Unsupported {
                algorithm: key.algorithm().to_string(),
                purpose: "for signing",
                instead: "an ed25519 key (ssh-keygen -t ed25519)",
            }),
        }
    }

    /// Reads a key file that nobody else may read.
    ///
    /// # Errors
    /// [`KeyError::Exposed`] when others may read it or its group may change it, and all that
    /// [`SigningKey::parse`] says.
    pub fn read_file(path: &Path) -> Result<Self, KeyError> {
        let io = |source| KeyError::Io { path: path.display().to_string(), source };
        if let Some(mode) = secret_file::exposed_mode(path).map_err(io)? {
            return Err(KeyError::Exposed { path: path.display().to_string(), mode });
        }
        Self::parse(&std::fs::read_to_string(path).map_err(io)?)
    }

    /// Writes the key as PKCS#8 PEM to a new file with mode 0600.
    ///
    /// # Errors
    /// [`KeyError::Io`], also when the file exists: a key is never overwritten.
    pub fn write_new_file(&self, path: &Path) -> Result<(), KeyError> {
        // Version 1 of PKCS#8 has no public key in it; OpenSSL below 3.0 reads no other.
        let pair =
            ed25519_dalek::pkcs8::KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|error| malformed(&error))?;
        secret_file::create(path, pem.as_bytes())
            .map_err(|source| KeyError::Io { path: path.display().to_string(), source })
    }

    /// What others verify with.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from_ed25519(&self.0.verifying_key())
    }

    /// The 64 bytes of an Ed25519 signature over `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The same key in the form the OpenSSH signature code wants.
    pub(crate) fn to_ssh(&self) -> ssh_key::private::Ed25519Keypair {
        ssh_key::private::Ed25519Keypair::from_seed(&self.0.to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public_key().fingerprint())
    }
}

fn malformed(error: &dyn fmt::Display) -> KeyError {
    KeyError::Malformed { expected: "private key", reason: error.to_string() }
}
