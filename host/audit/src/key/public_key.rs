//! Public keys: read from PEM or an OpenSSH line, named by their fingerprint.

use std::fmt;

use ed25519_dalek::pkcs8::spki::{DecodePublicKey, EncodePublicKey};
use p256::ecdsa::signature::Verifier;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::LineEnding;
use serde::{Deserialize, Serialize};
use ssh_key::HashAlg;
use ssh_key::public::{EcdsaPublicKey, Ed25519PublicKey, KeyData};

use super::KeyError;

/// A key that signatures are checked with.
///
/// Ed25519 and ECDSA P-256 keys verify everything here; FIDO security keys (`sk-ssh-ed25519`,
/// `sk-ecdsa-sha2-nistp256`) verify OpenSSH signatures.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(KeyData);

/// A key's name: `SHA256:` and the unpadded Base64 of the SHA-256 of its OpenSSH encoding, which is
/// what `ssh-keygen -l` prints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Fingerprint {
    /// The text form, as in `ssh-keygen -l`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PublicKey {
    /// Reads PEM (`-----BEGIN PUBLIC KEY-----`) or an OpenSSH line (`ssh-ed25519 AAAA... comment`).
    ///
    /// # Errors
    /// [`KeyError::Malformed`] or [`KeyError::Unsupported`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") { Self::from_pem(text) } else { Self::from_openssh(text) }
    }

    /// Reads a key file of either form.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read or holds no supported public key.
    pub fn read_file(path: &std::path::Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| KeyError::Io { path: path.display().to_string(), source })?;
        Self::parse(&text)
    }

    fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_pem(pem) {
            return Ok(Self::from_ed25519(&key));
        }
        let key = p256::PublicKey::from_public_key_pem(pem).map_err(|error| malformed(&error))?;
        let point = key.to_sec1_point(false);
        let key =
            EcdsaPublicKey::from_sec1_bytes(point.as_bytes()).map_err(|error| malformed(&error))?;
        Ok(Self(KeyData::Ecdsa(key)))
    }

    fn from_openssh(line: &str) -> Result<Self, KeyError> {
        let key = ssh_key::PublicKey::from_openssh(line).map_err(|error| malformed(&error))?;
        Self::from_key_data(key.key_data().clone())
    }

    pub(crate) fn from_key_data(data: KeyData) -> Result<Self, KeyError> {
        let supported = match &data {
            KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => true,
            KeyData::Ecdsa(key) => matches!(key, EcdsaPublicKey::NistP256(_)),
            _ => false,
        };
        if supported {
            return Ok(Self(data));
        }
        Err(KeyError::Unsupported {
            algorithm: data.algorithm().to_string(),
            purpose: "for signatures",
            instead: "ssh-ed25519, ecdsa-sha2-nistp256 or their security key forms",
        })
    }

    pub(crate) fn from_ed25519(key: &ed25519_dalek::VerifyingKey) -> Self {
        Self(KeyData::Ed25519(Ed25519PublicKey(key.to_bytes())))
    }

    /// The 32 bytes of an Ed25519 key; `None` for other kinds.
    #[must_use]
    pub fn ed25519_bytes(&self) -> Option<[u8; 32]> {
        self.0.ed25519().map(|key| key.0)
    }

    /// The algorithm by its OpenSSH name, such as `ssh-ed25519`.
    #[must_use]
    pub fn algorithm(&self) -> String {
        self.0.algorithm().to_string()
    }

    /// The key's name.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(self.0.fingerprint(HashAlg::Sha256).to_string())
    }

    /// One OpenSSH line without comment and line end.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if the key cannot be encoded, which no key read here does.
    pub fn to_openssh(&self) -> Result<String, KeyError> {
        ssh_key::PublicKey::from(self.0.clone()).to_openssh().map_err(|error| malformed(&error))
    }

    /// PEM (SubjectPublicKeyInfo), for `openssl` and the like.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for security keys, which have no such form.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        match &self.0 {
            KeyData::Ed25519(key) => ed25519_dalek::VerifyingKey::from_bytes(&key.0)
                .map_err(|error| malformed(&error))?
                .to_public_key_pem(LineEnding::LF)
                .map_err(|error| malformed(&error)),
            KeyData::Ecdsa(key) => p256::PublicKey::from_sec1_bytes(key.as_sec1_bytes())
                .map_err(|error| malformed(&error))?
                .to_public_key_pem(LineEnding::LF)
                .map_err(|error| malformed(&error)),
            other => Err(KeyError::Unsupported {
                algorithm: other.algorithm().to_string(),
                purpose: "in PEM",
                instead: "the OpenSSH line",
            }),
        }
    }

    /// Whether `signature` over `message` was made with this key: 64 bytes for Ed25519 (checked
    /// strictly, as RFC 8032 with small-order points refused), ASN.1 DER over SHA-256 for ECDSA.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            KeyData::Ed25519(key) => {
                let key = ed25519_dalek::VerifyingKey::from_bytes(&key.0);
                let signature = ed25519_dalek::Signature::from_slice(signature);
                matches!((key, signature), (Ok(key), Ok(signature))
                    if key.verify_strict(message, &signature).is_ok())
            }
            KeyData::Ecdsa(key) => {
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key.as_sec1_bytes());
                let signature = p256::ecdsa::Signature::from_der(signature);
                matches!((key, signature), (Ok(key), Ok(signature))
                    if key.verify(message, &signature).is_ok())
            }
            _ => false,
        }
    }

    /// As [`PublicKey::verifies`] for ECDSA when only the message's SHA-256 is at hand. An Ed25519
    /// signature needs the message itself, so there the answer is no.
    pub(crate) fn verifies_sha256(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        use p256::ecdsa::signature::hazmat::PrehashVerifier;
        let KeyData::Ecdsa(key) = &self.0 else { return false };
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key.as_sec1_bytes());
        let signature = p256::ecdsa::Signature::from_der(signature);
        matches!((key, signature), (Ok(key), Ok(signature))
            if key.verify_prehash(digest, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({} {})", self.algorithm(), self.fingerprint())
    }
}

fn malformed(error: &dyn fmt::Display) -> KeyError {
    KeyError::Malformed { expected: "public key", reason: error.to_string() }
}
