//! Verifying an attestation against a key, a package and a folder.

use std::fmt;

use serde::Serialize;

use super::make::{ATTESTATION_TYPE, Attestation, TREE_DIGEST_NAME};
use super::predicate::DeploymentRecord;
use crate::key::{Fingerprint, PublicKey};
use crate::merkle::Hash;
use crate::signature::{Envelope, STATEMENT_TYPE, Statement};

/// What the attestation should be about; what is `None` is not checked.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// SHA-256 of the package at hand.
    pub package: Option<Hash>,
    /// Tree digest of the folder at hand.
    pub folder: Option<Hash>,
    /// The deployment.
    pub deployment: Option<String>,
}

/// What is wrong with an attestation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum AttestationFinding {
    /// It cannot be read.
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It is not byte for byte what is written: somebody edited it where no signature reaches, if
    /// only its white space.
    NotCanonical,
    /// None of the given keys signed it.
    Stranger {
        /// What it calls its key.
        keyid: String,
    },
    /// It claims a given key, whose signature it does not bear.
    Altered {
        /// The key.
        keyid: String,
    },
    /// It is about something else.
    Differs {
        /// `package`, `folder` or `deployment`.
        what: &'static str,
        /// What it should be about.
        expected: String,
    },
}

impl fmt::Display for AttestationFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { reason } => write!(f, "it cannot be read: {reason}"),
            Self::NotCanonical => {
                write!(f, "it is not byte for byte what was written: it was edited or reformatted")
            }
            Self::Stranger { keyid } => write!(f, "none of the given keys signed it, but {keyid}"),
            Self::Altered { keyid } => {
                write!(f, "it was altered: the signature of {keyid} does not fit")
            }
            Self::Differs { what, expected } => {
                write!(f, "it is not about the {what} at hand ({expected})")
            }
        }
    }
}

/// What verification found out about an attestation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationVerdict {
    /// What it says; only there if a given key signed it.
    pub attestation: Option<Attestation>,
    /// The key that signed it.
    pub signer: Option<Fingerprint>,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<AttestationFinding>,
}

impl AttestationVerdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for AttestationVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.attestation, &self.signer) {
            (Some(attestation), Some(signer)) if self.is_good() => {
                let id = &attestation.record().deployment;
                writeln!(f, "attestation of deployment {id}: good, signed by {signer}")
            }
            _ => {
                writeln!(f, "attestation: NOT GOOD")?;
                self.findings.iter().try_for_each(|finding| writeln!(f, "  {finding}"))
            }
        }
    }
}

/// Verifies the bytes of an attestation file: form, signature, and what it is about.
///
/// Any changed byte is found: what the signature does not cover must be in canonical form.
#[must_use]
pub fn verify_attestation(
    json: &[u8],
    keys: &[PublicKey],
    expected: &Expected,
) -> AttestationVerdict {
    let envelope = match Envelope::parse(json) {
        Ok(envelope) => envelope,
        Err(error) => return not_read(AttestationFinding::Malformed { reason: error.to_string() }),
    };
    let mut verdict = verify_envelope(&envelope, keys, expected);
    let as_written = envelope.to_json().unwrap_or_default();
    if json.strip_suffix(b"\n").unwrap_or(json) != as_written {
        verdict.findings.push(AttestationFinding::NotCanonical);
    }
    verdict
}

/// Verifies an envelope that was read from something larger.
pub(crate) fn verify_envelope(
    envelope: &Envelope,
    keys: &[PublicKey],
    expected: &Expected,
) -> AttestationVerdict {
    let [signature] = envelope.signatures.as_slice() else {
        let reason = String::from("it does not have exactly one signature");
        return not_read(AttestationFinding::Malformed { reason });
    };
    // The hint is not signed, so it must name the key that did sign.
    let keyid = signature.keyid.clone().unwrap_or_default();
    let Some(key) = keys.iter().find(|key| key.fingerprint().as_str() == keyid) else {
        return not_read(AttestationFinding::Stranger { keyid });
    };
    if envelope.signed_by([key]).is_none() {
        return not_read(AttestationFinding::Altered { keyid });
    }
    let statement = match envelope.statement::<DeploymentRecord>() {
        Ok(statement) if is_attestation(&statement) => statement,
        Ok(statement) => {
            let (version, kind) = (statement.statement_type, statement.predicate_type);
            let reason = format!("it is a {kind:?} in a {version:?}");
            return not_read(AttestationFinding::Malformed { reason });
        }
        Err(error) => return not_read(AttestationFinding::Malformed { reason: error.to_string() }),
    };
    let findings = differences(&statement, expected);
    AttestationVerdict {
        attestation: Some(Attestation(statement)),
        signer: Some(key.fingerprint()),
        findings,
    }
}

fn is_attestation(statement: &Statement<DeploymentRecord>) -> bool {
    statement.statement_type == STATEMENT_TYPE && statement.predicate_type == ATTESTATION_TYPE
}

fn differences(
    statement: &Statement<DeploymentRecord>,
    expected: &Expected,
) -> Vec<AttestationFinding> {
    let mut findings = Vec::new();
    let mut differs = |what, expected: String| {
        findings.push(AttestationFinding::Differs { what, expected });
    };
    let is_about = |algorithm, hash: &Hash| statement.is_about(algorithm, &hash.to_string());
    if let Some(package) = expected.package.filter(|package| !is_about("sha256", package)) {
        differs("package", package.to_string());
    }
    if let Some(folder) = expected.folder.filter(|folder| !is_about(TREE_DIGEST_NAME, folder)) {
        differs("folder", folder.to_string());
    }
    if let Some(id) =
        expected.deployment.as_ref().filter(|id| **id != statement.predicate.deployment)
    {
        differs("deployment", id.clone());
    }
    findings
}

fn not_read(finding: AttestationFinding) -> AttestationVerdict {
    AttestationVerdict { attestation: None, signer: None, findings: vec![finding] }
}
