//! The record: checkpoints, proofs, signatures and receipts as an attacker may write them.

use std::sync::LazyLock;

use cofferdam_audit::{
    ConsistencyProof, DeploymentReceipt, Envelope, InclusionProof, PublicKey, SignedCheckpoint,
    SigningKey, Trust, TrustedKey, Witness, verify_bytes,
};
use time::OffsetDateTime;

use crate::memory::{Budget, within};

/// JSON is read into trees, and written again to compare.
const BUDGET: Budget = Budget { fixed_bytes: 1 << 20, per_input_byte: 1024 };

/// The key that is trusted. Its other half is nowhere, so that nothing verifies.
static KEY: LazyLock<PublicKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]).public_key());

/// A text as each of the files that verification reads.
pub fn read(text: &str) {
    LazyLock::force(&KEY);
    within(BUDGET, text.len(), || {
        if let Ok(checkpoint) = SignedCheckpoint::parse(text) {
            assert_eq!(checkpoint.to_string(), text);
            assert!(checkpoint.verify(std::slice::from_ref(&KEY)).is_err());
        }
        if let Ok(proof) = InclusionProof::parse(text) {
            assert_eq!(InclusionProof::parse(&proof.to_string()).unwrap(), proof);
            assert!(proof.verify(b"{}", std::slice::from_ref(&KEY)).is_err());
        }
        if let Ok(proof) = ConsistencyProof::parse(text) {
            assert_eq!(ConsistencyProof::parse(&proof.to_string()).unwrap(), proof);
        }
        if let Ok(envelope) = Envelope::parse(text.as_bytes()) {
            let again = Envelope::parse(&envelope.to_json().unwrap()).unwrap();
            assert_eq!(again, envelope);
        }
        if let Ok(key) = PublicKey::parse(text) {
            assert_eq!(PublicKey::parse(&key.to_openssh().unwrap()).unwrap(), key);
        }
        if let Ok(witness) = Witness::parse_vkey(text) {
            let again = Witness::parse_vkey(&witness.to_vkey()).unwrap();
            assert_eq!(again.name(), witness.name());
        }
        let _ = Trust::parse_allowed_signers(text);
        let trust = Trust::new([TrustedKey::new("someone", KEY.clone())]);
        let verdict =
            verify_bytes(b"module", Some(text.as_bytes()), &trust, OffsetDateTime::UNIX_EPOCH);
        assert!(verdict.good().is_none(), "{verdict}");
        let verdict = DeploymentReceipt::verify(text.as_bytes(), std::slice::from_ref(&KEY));
        assert!(!verdict.is_good(), "{verdict}");
    });
}
