//! Verifying an attestation against a key, a package and a folder.

use std::fmt;

use super::make::{ATTESTATION_TYPE, Attestation, TREE_DIGEST_NAME};
use super::predicate::DeploymentRecord;
use crate::key::{Fingerprint, PublicKey};
use crate::merkle::Hash;
use crate::signature::{Envelope, Statement, StatementFinding};

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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttestationFinding {
    /// It is not what a given key signed.
    Statement(StatementFinding),
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
            Self::Statement(finding) => finding.fmt(f),
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
    let (envelope, not_canonical) = match Envelope::parse_canonical(json) {
        Ok(read) => read,
        Err(finding) => return not_read(finding),
    };
    let mut verdict = verify_envelope(&envelope, keys, expected);
    verdict.findings.extend(not_canonical.map(AttestationFinding::Statement));
    verdict
}

/// Verifies an envelope that was read from something larger.
pub(crate) fn verify_envelope(
    envelope: &Envelope,
    keys: &[PublicKey],
    expected: &Expected,
) -> AttestationVerdict {
    match envelope.statement_of_one(keys, ATTESTATION_TYPE) {
        Ok((statement, key)) => AttestationVerdict {
            findings: differences(&statement, expected),
            attestation: Some(Attestation(statement)),
            signer: Some(key.fingerprint()),
        },
        Err(finding) => not_read(finding),
    }
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

fn not_read(finding: StatementFinding) -> AttestationVerdict {
    let findings = vec![AttestationFinding::Statement(finding)];
    AttestationVerdict { attestation: None, signer: None, findings }
}
