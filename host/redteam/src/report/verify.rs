//! Verifying a report: form, signature, and what it is about.

use std::fmt;

use cofferdam_audit::{Envelope, Fingerprint, PublicKey, STATEMENT_TYPE, Statement};

use super::record::{Counts, Report};
use super::sign::REPORT_TYPE;

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFinding {
    /// It cannot be read.
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It is not byte for byte what is written: somebody edited it where no signature reaches.
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
    /// It is about another program.
    OtherProgram {
        /// The SHA-256 of the program that it should be about.
        expected: String,
    },
    /// Its counts are not those of its findings.
    Miscounted,
    /// Controls were left out for a test: it says nothing about the program as it is shipped.
    WithoutControls {
        /// Which.
        controls: Vec<String>,
    },
}

impl fmt::Display for ReportFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { reason } => write!(f, "it cannot be read: {reason}"),
            Self::NotCanonical => f.write_str("it was edited where no signature reaches"),
            Self::Stranger { keyid } => {
                write!(f, "none of the given keys signed it; it names {keyid:?}")
            }
            Self::Altered { keyid } => {
                write!(f, "it was altered: {keyid} did not sign what it says")
            }
            Self::OtherProgram { expected } => {
                write!(f, "it is not about the program with SHA-256 {expected}")
            }
            Self::Miscounted => f.write_str("its counts are not those of its findings"),
            Self::WithoutControls { controls } => {
                write!(f, "it is of a test, which left out {}", controls.join(", "))
            }
        }
    }
}

/// What verifying a report came to.
#[derive(Clone, Debug)]
pub struct ReportVerdict {
    /// What it says; only there if a given key signed it.
    pub report: Option<Report>,
    /// The key that signed it.
    pub signer: Option<Fingerprint>,
    /// What is wrong; empty if nothing is.
    pub findings: Vec<ReportFinding>,
}

impl ReportVerdict {
    /// Whether nothing is wrong with the report as such. Whether every attack was held is in its counts.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Verifies the bytes of a report's file; `program_sha256` is the program that it should be about.
///
/// Any changed byte is found: what the signature does not cover must be in canonical form.
#[must_use]
pub fn verify_report(
    json: &[u8],
    keys: &[PublicKey],
    program_sha256: Option<&str>,
) -> ReportVerdict {
    let malformed = |reason: String| not_read(ReportFinding::Malformed { reason });
    let envelope = match Envelope::parse(json) {
        Ok(envelope) => envelope,
        Err(error) => return malformed(error.to_string()),
    };
    let [signature] = envelope.signatures.as_slice() else {
        return malformed("it does not have exactly one signature".to_owned());
    };
    // The hint is not signed, so it must name the key that did sign.
    let keyid = signature.keyid.clone().unwrap_or_default();
    let Some(key) = keys.iter().find(|key| key.fingerprint().as_str() == keyid) else {
        return not_read(ReportFinding::Stranger { keyid });
    };
    if envelope.signed_by([key]).is_none() {
        return not_read(ReportFinding::Altered { keyid });
    }
    let statement = match envelope.statement::<Report>() {
        Ok(statement) if is_report(&statement) => statement,
        Ok(statement) => return malformed(format!("it is a {:?}", statement.predicate_type)),
        Err(error) => return malformed(error.to_string()),
    };
    let mut findings = Vec::new();
    if json.strip_suffix(b"\n").unwrap_or(json) != envelope.to_json().unwrap_or_default() {
        findings.push(ReportFinding::NotCanonical);
    }
    if let Some(expected) = program_sha256.filter(|sha256| !statement.is_about("sha256", sha256)) {
        findings.push(ReportFinding::OtherProgram { expected: expected.to_owned() });
    }
    let report = statement.predicate;
    if report.counts != Counts::of(&report.findings) {
        findings.push(ReportFinding::Miscounted);
    }
    if !report.without.is_empty() {
        let controls = report.without.iter().map(ToString::to_string).collect();
        findings.push(ReportFinding::WithoutControls { controls });
    }
    ReportVerdict { report: Some(report), signer: Some(key.fingerprint()), findings }
}

fn is_report(statement: &Statement<Report>) -> bool {
    statement.statement_type == STATEMENT_TYPE && statement.predicate_type == REPORT_TYPE
}

fn not_read(finding: ReportFinding) -> ReportVerdict {
    ReportVerdict { report: None, signer: None, findings: vec![finding] }
}
