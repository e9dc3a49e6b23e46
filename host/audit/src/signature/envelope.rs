//! DSSE envelopes: a payload, its type, and signatures over both.
//!
//! Format: <https://github.com/secure-systems-lab/dsse/blob/master/envelope.md>. The signed bytes
//! are `DSSEv1 LENGTH(type) type LENGTH(payload) payload`.

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::statement::{STATEMENT_PAYLOAD_TYPE, STATEMENT_TYPE, STATEMENT_TYPE_0_1, Statement};
use crate::canonical::{CanonicalError, canonical_json};
use crate::key::{PublicKey, SigningKey};
use crate::merkle::{decode_strict_base64, encode_base64};

/// Why an envelope cannot be written or believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The bytes are no envelope.
    #[error("this is no DSSE envelope: {0}")]
    Malformed(serde_json::Error),
    /// The payload is of another type.
    #[error("the envelope holds {0:?}, not an in-toto statement")]
    PayloadType(String),
    /// The payload is no statement of the expected form.
    #[error("the envelope's statement cannot be read: {0}")]
    Statement(String),
    /// The statement has no canonical form.
    #[error("the statement cannot be written: {0}")]
    Canonical(#[from] CanonicalError),
}

/// A payload with signatures over it and its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// What is signed, exactly these bytes.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub payload: Vec<u8>,
    /// What the payload is.
    #[serde(rename = "payloadType")]
    pub payload_type: String,
    /// At least one, and at most 64.
    #[serde(deserialize_with = "read_bounded")]
    pub signatures: Vec<EnvelopeSignature>,
}

/// One signature of an envelope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopeSignature {
    /// A hint at the key, not signed. Cofferdam writes the key's fingerprint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyid: Option<String>,
    /// The signature: 64 bytes for Ed25519, ASN.1 DER for ECDSA.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub sig: Vec<u8>,
}

impl Envelope {
    /// Writes `statement` as canonical JSON and signs it.
    ///
    /// # Errors
    /// [`EnvelopeError::Canonical`] when the predicate has no canonical form.
    pub fn sign<P: Serialize>(
        statement: &Statement<P>,
        key: &SigningKey,
    ) -> Result<Self, EnvelopeError> {
        let value = serde_json::to_value(statement).map_err(CanonicalError::from)?;
        let payload = canonical_json(&value)?;
        let sig = key.sign(&signed_bytes(STATEMENT_PAYLOAD_TYPE, &payload)).to_vec();
        let keyid = Some(key.public_key().fingerprint().to_string());
        Ok(Self {
            payload,
            payload_type: STATEMENT_PAYLOAD_TYPE.to_owned(),
            signatures: vec![EnvelopeSignature { keyid, sig }],
        })
    }

    /// Reads an envelope's JSON.
    ///
    /// # Errors
    /// [`EnvelopeError::Malformed`].
    pub fn parse(json: &[u8]) -> Result<Self, EnvelopeError> {
        serde_json::from_slice(json).map_err(EnvelopeError::Malformed)
    }

    /// The envelope as canonical JSON, without line end.
    ///
    /// # Errors
    /// None in practice: an envelope is made of strings.
    pub fn to_json(&self) -> Result<Vec<u8>, EnvelopeError> {
        let value = serde_json::to_value(self).map_err(CanonicalError::from)?;
        Ok(canonical_json(&value)?)
    }

    /// The first of `keys` that made one of the signatures.
    #[must_use]
    pub fn signed_by<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a PublicKey>,
    ) -> Option<&'a PublicKey> {
        let message = signed_bytes(&self.payload_type, &self.payload);
        keys.into_iter()
            .find(|key| self.signatures.iter().any(|entry| key.verifies(&message, &entry.sig)))
    }

    /// Those of `keys` that made one of the signatures, in their order, each once.
    #[must_use]
    pub fn signers<'a>(&self, keys: impl IntoIterator<Item = &'a PublicKey>) -> Vec<&'a PublicKey> {
        let message = signed_bytes(&self.payload_type, &self.payload);
        let mut signers: Vec<&PublicKey> = Vec::new();
        for key in keys {
            let signed = || self.signatures.iter().any(|entry| key.verifies(&message, &entry.sig));
            if !signers.contains(&key) && signed() {
                signers.push(key);
            }
        }
        signers
    }

    /// The statement in the payload. It says nothing before [`Envelope::signed_by`] said who.
    ///
    /// # Errors
    /// [`EnvelopeError::PayloadType`] or [`EnvelopeError::Statement`].
    pub fn statement<P: DeserializeOwned>(&self) -> Result<Statement<P>, EnvelopeError> {
        if self.payload_type != STATEMENT_PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType(self.payload_type.clone()));
        }
        let statement: Statement<P> = serde_json::from_slice(&self.payload)
            .map_err(|error| EnvelopeError::Statement(error.to_string()))?;
        if ![STATEMENT_TYPE, STATEMENT_TYPE_0_1].contains(&statement.statement_type.as_str()) {
            let reason = format!("its version is {:?}", statement.statement_type);
            return Err(EnvelopeError::Statement(reason));
        }
        Ok(statement)
    }
}

/// The pre-authentication encoding.
fn signed_bytes(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// The format allows either alphabet; everything else is as strict as it can be.
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(false),
);

/// How many signatures an envelope may hold: who sends one must not choose how long it takes to verify.
const MAX_SIGNATURES: usize = 64;

fn read_bounded<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<EnvelopeSignature>, D::Error> {
    let signatures: Vec<EnvelopeSignature> = Vec::deserialize(deserializer)?;
    if signatures.len() > MAX_SIGNATURES {
        let message = format!("it has more than {MAX_SIGNATURES} signatures");
        return Err(de::Error::custom(message));
    }
    Ok(signatures)
}

pub(super) fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    decode_strict_base64(&text)
        .or_else(|| URL_SAFE.decode(&text).ok())
        .ok_or_else(|| de::Error::custom("a value is not Base64"))
}

fn write_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&encode_base64(bytes))
}
