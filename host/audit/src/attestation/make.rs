//! Making an attestation.

use serde_json::{Value, json};

use super::predicate::DeploymentRecord;
use crate::key::SigningKey;
use crate::merkle::Hash;
use crate::signature::{Envelope, EnvelopeError, ResourceDescriptor, Statement};

/// The predicate type.
pub const ATTESTATION_TYPE: &str = "https://cofferdam.dev/attestation/deployment/v1";

/// The name under which a subject holds a tree digest.
pub const TREE_DIGEST_NAME: &str = "cofferdamTreeV1";

/// A statement about a package and the folder that a deployment made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation(pub(super) Statement<DeploymentRecord>);

impl Attestation {
    /// The kind of the log record that [`Attestation::log_payload`] is for.
    pub const RECORD_KIND: &'static str = "attestation";

    /// A statement about a package with this SHA-256 and a folder with this tree digest, or about
    /// the package alone where a deployment left no folder.
    #[must_use]
    pub fn new(
        package: (&str, Hash),
        folder: Option<(&str, Hash)>,
        record: DeploymentRecord,
    ) -> Self {
        let mut subject =
            vec![ResourceDescriptor::new(package.0, "sha256", &package.1.to_string())];
        if let Some((name, tree)) = folder {
            subject.push(ResourceDescriptor::new(name, TREE_DIGEST_NAME, &tree.to_string()));
        }
        Self(Statement::new(subject, ATTESTATION_TYPE, record))
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`EnvelopeError::Canonical`] when it has no canonical form, such as for a number beyond
    /// 2^53 - 1.
    pub fn sign(&self, key: &SigningKey) -> Result<Envelope, EnvelopeError> {
        Envelope::sign(&self.0, key)
    }

    /// What it says about the deployment.
    #[must_use]
    pub fn record(&self) -> &DeploymentRecord {
        &self.0.predicate
    }

    /// The statement as a whole.
    #[must_use]
    pub fn statement(&self) -> &Statement<DeploymentRecord> {
        &self.0
    }

    /// The payload of the log record (of kind [`Attestation::RECORD_KIND`]) that ties a signed
    /// attestation to the log: the SHA-256 of the envelope's payload, and the plan's digest.
    #[must_use]
    pub fn log_payload(&self, envelope: &Envelope) -> Value {
        json!({
            "attestation": Hash::of(&envelope.payload).to_string(),
            "plan": self.record().plan_digest.to_string(),
        })
    }
}
