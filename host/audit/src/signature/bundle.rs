//! Sigstore bundles: what `cosign` and others write around a signature.
//!
//! Only bundles by a key that is trusted here are verified; certificates and transparency log
//! entries in a bundle are not looked at. Format:
//! <https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto>.

use serde::Deserialize;

use super::envelope::{Envelope, read_base64};

/// A bundle, as far as it is read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bundle {
    pub(super) media_type: String,
    #[serde(default)]
    pub(super) dsse_envelope: Option<Envelope>,
    #[serde(default)]
    pub(super) message_signature: Option<MessageSignature>,
}

/// A signature over the bytes of the file itself.
#[derive(Debug, Deserialize)]
pub(super) struct MessageSignature {
    #[serde(deserialize_with = "read_base64")]
    pub(super) signature: Vec<u8>,
}

/// Every version of the format so far begins so.
pub(super) const MEDIA_TYPE_PREFIX: &str = "application/vnd.dev.sigstore.bundle";
