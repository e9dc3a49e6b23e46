//! Signing a report: an in-toto statement about the program, in a DSSE envelope.

use cofferdam_audit::{Envelope, EnvelopeError, ResourceDescriptor, SigningKey, Statement};

use super::record::Report;

/// The predicate type of a report.
pub const REPORT_TYPE: &str = "https://cofferdam.dev/attestation/redteam/v1";

/// What the subject is called.
const PROGRAM: &str = "cofferdam";

impl Report {
    /// The report as a statement about the program with this SHA-256, in hexadecimal digits.
    #[must_use]
    pub fn statement(self, program_sha256: &str) -> Statement<Self> {
        let subject = ResourceDescriptor::new(PROGRAM, "sha256", program_sha256);
        Statement::new(vec![subject], REPORT_TYPE, self)
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`EnvelopeError::Canonical`] when it has no canonical form, such as for a number beyond
    /// 2^53 - 1.
    pub fn sign(self, program_sha256: &str, key: &SigningKey) -> Result<Envelope, EnvelopeError> {
        Envelope::sign(&self.statement(program_sha256), key)
    }
}
