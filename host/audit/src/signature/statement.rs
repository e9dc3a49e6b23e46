//! in-toto statements, version 1: a typed claim about things that are named by their digests.
//!
//! Format: <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The value of `_type`.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The value of `_type` that older tools write; the members are the same.
pub(super) const STATEMENT_TYPE_0_1: &str = "https://in-toto.io/Statement/v0.1";
/// The `payloadType` of a DSSE envelope around a statement.
pub const STATEMENT_PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// A claim of type `predicate_type` about `subject`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement<P = Value> {
    /// [`STATEMENT_TYPE`]; in what older tools signed, `https://in-toto.io/Statement/v0.1`.
    #[serde(rename = "_type")]
    pub statement_type: String,
    /// What the claim is about; at least one.
    pub subject: Vec<ResourceDescriptor>,
    /// A URI that says what the predicate means.
    #[serde(rename = "predicateType")]
    pub predicate_type: String,
    /// The claim.
    pub predicate: P,
}

/// A thing, named by its digests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceDescriptor {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it can be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Lower-case hexadecimal digests by algorithm, such as `sha256`.
    #[serde(default)]
    pub digest: BTreeMap<String, String>,
}

impl ResourceDescriptor {
    /// A thing with one digest.
    #[must_use]
    pub fn new(name: &str, algorithm: &str, digest: &str) -> Self {
        let digest = BTreeMap::from([(algorithm.to_owned(), digest.to_owned())]);
        Self { name: Some(name.to_owned()), uri: None, digest }
    }
}

impl<P> Statement<P> {
    /// A statement of the present version.
    #[must_use]
    pub fn new(subject: Vec<ResourceDescriptor>, predicate_type: &str, predicate: P) -> Self {
        Self {
            statement_type: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: predicate_type.to_owned(),
            predicate,
        }
    }

    /// Whether a subject has this digest.
    #[must_use]
    pub fn is_about(&self, algorithm: &str, digest: &str) -> bool {
        self.subject
            .iter()
            .any(|subject| subject.digest.get(algorithm).is_some_and(|d| d == digest))
    }
}
