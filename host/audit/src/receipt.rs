//! A receipt: all evidence about one deployment in one file, checked offline with public keys only.

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::attestation::{Attestation, AttestationFinding, Decision, Expected, verify_envelope};
use crate::canonical::{CanonicalError, canonical_json};
use crate::key::{Fingerprint, PublicKey};
use crate::log::{LogError, Record, prove_inclusion};
use crate::merkle::{Hash, InclusionProof, NoteError};
use crate::signature::{Envelope, EnvelopeError};

/// The value of `type`.
const RECEIPT_TYPE: &str = "https://cofferdam.dev/receipt/v1";

/// The content of a receipt file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DeploymentReceipt {
    /// The signed attestation.
    pub attestation: Envelope,
    /// What policy decided; the same as in the attestation.
    pub decisions: Vec<Decision>,
    /// The deployment.
    pub deployment: String,
    /// The keys that signed.
    pub keys: ReceiptKeys,
    /// The plan's digest; the same as in the attestation and in the record.
    pub plan_digest: Hash,
    /// The inclusion proof of the record, with the checkpoint, as `tlog-proof` text.
    pub proof: String,
    /// The log's line that names the attestation by its digest.
    pub record: String,
    /// What this file is.
    #[serde(rename = "type")]
    pub receipt_type: String,
}

/// Which keys signed what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptKeys {
    /// The key that signed the attestation.
    pub attestation: Fingerprint,
    /// The key that signed the log's checkpoint.
    pub log: Fingerprint,
}

/// Why a receipt could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The log gives no proof.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The attestation cannot be read.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The checkpoint is not by a given key.
    #[error("the log's checkpoint cannot be trusted: {0}")]
    Checkpoint(#[from] NoteError),
    /// The receipt has no canonical form.
    #[error("the receipt cannot be written: {0}")]
    Canonical(#[from] CanonicalError),
    /// The pieces do not belong together.
    #[error("these do not make a receipt: {0}")]
    Mismatch(String),
}

/// What is wrong with a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiptFinding {
    /// It cannot be read.
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It is not byte for byte what is written.
    NotCanonical,
    /// The attestation in it is not good.
    Attestation {
        /// What is wrong with it.
        reason: AttestationFinding,
    },
    /// The record is not in the log that was signed.
    Proof {
        /// What is wrong.
        reason: String,
    },
    /// Two parts of it contradict each other.
    Contradiction {
        /// Which parts.
        reason: &'static str,
    },
}

impl fmt::Display for ReceiptFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { reason } => write!(f, "it cannot be read: {reason}"),
            Self::NotCanonical => {
                write!(f, "it is not byte for byte what was written: it was edited or reformatted")
            }
            Self::Attestation { reason } => write!(f, "attestation: {reason}"),
            Self::Proof { reason } => write!(f, "log: {reason}"),
            Self::Contradiction { reason } => f.write_str(reason),
        }
    }
}

/// What verification found out about a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptVerdict {
    /// What the signed attestation says, if a given key signed it.
    pub attestation: Option<Attestation>,
    /// The receipt, if it can be read.
    pub receipt: Option<DeploymentReceipt>,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<ReceiptFinding>,
}

impl ReceiptVerdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for ReceiptVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.receipt {
            Some(receipt) if self.is_good() => writeln!(
                f,
                "receipt of deployment {}: good\n  attested by {}\n  on record in a log signed by {}",
                receipt.deployment, receipt.keys.attestation, receipt.keys.log
            ),
            _ => {
                writeln!(f, "receipt: NOT GOOD")?;
                self.findings.iter().try_for_each(|finding| writeln!(f, "  {finding}"))
            }
        }
    }
}

impl DeploymentReceipt {
    /// Builds the receipt of the deployment that `attestation` is about, whose record of kind
    /// [`Attestation::RECORD_KIND`] is number `sequence` of the log in `log_folder`, below its
    /// newest checkpoint.
    ///
    /// # Errors
    /// [`ReceiptError`] when the log gives no proof or the pieces do not belong together.
    pub fn build(
        log_folder: &Path,
        sequence: u64,
        attestation: &Envelope,
        keys: &[PublicKey],
    ) -> Result<Self, ReceiptError> {
        let (line, proof) = prove_inclusion(log_folder, sequence)?;
        let log_key = proof.checkpoint.verify(keys)?;
        let verdict = verify_envelope(attestation, keys, &Expected::default());
        let (Some(signed), Some(signer)) = (&verdict.attestation, verdict.signer) else {
            return Err(ReceiptError::Mismatch(
                verdict.findings.iter().map(ToString::to_string).collect(),
            ));
        };
        let record = signed.record();
        let receipt = Self {
            attestation: attestation.clone(),
            decisions: record.policy.decisions.clone(),
            deployment: record.deployment.clone(),
            keys: ReceiptKeys { attestation: signer, log: log_key },
            plan_digest: record.plan_digest,
            proof: proof.to_string(),
            record: String::from_utf8_lossy(&line).into_owned(),
            receipt_type: RECEIPT_TYPE.to_owned(),
        };
        match receipt.check(keys).1.as_slice() {
            [] => Ok(receipt),
            [finding, ..] => Err(ReceiptError::Mismatch(finding.to_string())),
        }
    }

    /// The receipt file's content: canonical JSON and a line end.
    ///
    /// # Errors
    /// [`ReceiptError::Canonical`] for a number beyond 2^53 - 1.
    pub fn to_json(&self) -> Result<Vec<u8>, ReceiptError> {
        let value = serde_json::to_value(self).map_err(CanonicalError::from)?;
        let mut json = canonical_json(&value)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Verifies the bytes of a receipt file. `keys` are those that may have signed the attestation
    /// or the log; any changed byte is found.
    #[must_use]
    pub fn verify(json: &[u8], keys: &[PublicKey]) -> ReceiptVerdict {
        let receipt: Self = match serde_json::from_slice(json) {
            Ok(receipt) => receipt,
            Err(error) => {
                let findings = vec![ReceiptFinding::Malformed { reason: error.to_string() }];
                return ReceiptVerdict { attestation: None, receipt: None, findings };
            }
        };
        let (attestation, mut findings) = receipt.check(keys);
        if receipt.to_json().map_or(true, |as_written| as_written != json) {
            findings.push(ReceiptFinding::NotCanonical);
        }
        ReceiptVerdict { attestation, receipt: Some(receipt), findings }
    }

    fn check(&self, keys: &[PublicKey]) -> (Option<Attestation>, Vec<ReceiptFinding>) {
        let mut findings = Vec::new();
        if self.receipt_type != RECEIPT_TYPE {
            let reason = format!("it is a {:?}", self.receipt_type);
            findings.push(ReceiptFinding::Malformed { reason });
        }
        let expected =
            Expected { deployment: Some(self.deployment.clone()), ..Expected::default() };
        let verdict = verify_envelope(&self.attestation, keys, &expected);
        let wrap = |reason| ReceiptFinding::Attestation { reason };
        findings.extend(verdict.findings.into_iter().map(wrap));
        findings.extend(self.check_proof(keys).err());
        let mut contradicts = |holds: bool, reason| {
            if !holds {
                findings.push(ReceiptFinding::Contradiction { reason });
            }
        };
        if let Some(attestation) = &verdict.attestation {
            let record = attestation.record();
            contradicts(
                record.plan_digest == self.plan_digest,
                "the plan's digest is not that of the attestation",
            );
            contradicts(
                record.policy.decisions == self.decisions,
                "the decisions are not those of the attestation",
            );
            contradicts(
                verdict.signer.as_ref() == Some(&self.keys.attestation),
                "the attestation's key is not the one that is named",
            );
            let line: Option<Record> = serde_json::from_str(&self.record).ok();
            let is_named = line.is_some_and(|line| {
                line.kind == Attestation::RECORD_KIND
                    && line.deployment.as_ref() == Some(&self.deployment)
                    && line.payload == attestation.log_payload(&self.attestation)
            });
            contradicts(is_named, "the log's record is not about this attestation");
        }
        (verdict.attestation, findings)
    }

    fn check_proof(&self, keys: &[PublicKey]) -> Result<(), ReceiptFinding> {
        let wrong = |reason: String| ReceiptFinding::Proof { reason };
        let proof = InclusionProof::parse(&self.proof).map_err(|e| wrong(e.to_string()))?;
        proof.verify(self.record.as_bytes(), keys).map_err(|e| wrong(e.to_string()))?;
        let signer = proof.checkpoint.verify(keys).map_err(|e| wrong(e.to_string()))?;
        if signer != self.keys.log {
            let reason = "the log's key is not the one that is named";
            return Err(ReceiptFinding::Contradiction { reason });
        }
        if proof.to_string() != self.proof {
            return Err(wrong(String::from("its text is not as it is written")));
        }
        Ok(())
    }
}
