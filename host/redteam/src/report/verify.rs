//! Verifying a report: form, signature, and what it is about.

use std::fmt;

use cofferdam_audit::{Envelope, Fingerprint, PublicKey, Statement, StatementFinding};

use super::record::{Counts, Report};
use super::sign::REPORT_TYPE;

/// What is wrong with a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFinding {
    /// It is not what a given key signed.
    Statement(StatementFinding),
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
            Self::Statement(finding) => finding.fmt(f),
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
    let read = Envelope::parse_canonical(json).and_then(|(envelope, not_canonical)| {
        let (statement, key) = envelope.statement_of_one(keys, REPORT_TYPE)?;
        Ok((statement, key, not_canonical))
    });
    let (statement, key, not_canonical): (Statement<Report>, _, _) = match read {
        Ok(read) => read,
        Err(finding) => {
            let findings = vec![ReportFinding::Statement(finding)];
            return ReportVerdict { report: None, signer: None, findings };
        }
    };
    let mut findings: Vec<_> = not_canonical.map(ReportFinding::Statement).into_iter().collect();
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
