//! Build provenance: who built a package, as the builder says in a signed statement.
//!
//! Formats: <https://slsa.dev/spec/v1.0/provenance> and <https://slsa.dev/spec/v0.2/provenance>. Only
//! what identifies the build is read; parameters and materials are the builder's own affair.

use serde_json::Value;

use super::{EnvelopeError, Statement};

/// The predicate types of build provenance that are read, the newest first.
pub const PROVENANCE_TYPES: [&str; 2] =
    ["https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"];

/// A longer identifier of a builder is refused: policies and records quote it.
const MAX_ID_BYTES: usize = 2048;

/// Where in the predicate the parts stand, for each of [`PROVENANCE_TYPES`].
const BUILDER: [&str; 2] = ["/runDetails/builder/id", "/builder/id"];
const BUILD_TYPE: [&str; 2] = ["/buildDefinition/buildType", "/buildType"];
const INVOCATION: [&str; 2] = ["/runDetails/metadata/invocationId", "/metadata/buildInvocationID"];

/// A build, as its builder describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The predicate type.
    pub predicate_type: String,
    /// The builder: a URI.
    pub builder: String,
    /// How it builds: a URI.
    pub build_type: String,
    /// The one build among others, where the builder says: often the URI of its log.
    pub invocation: Option<String>,
}

impl Provenance {
    /// The provenance in a statement; `None` in one of another type.
    ///
    /// # Errors
    /// [`EnvelopeError::Statement`] when builder or build type is missing.
    pub fn of(statement: &Statement) -> Result<Option<Self>, EnvelopeError> {
        let kind = PROVENANCE_TYPES.iter().position(|known| *known == statement.predicate_type);
        let Some(kind) = kind else { return Ok(None) };
        let text = |pointer: &str| statement.predicate.pointer(pointer).and_then(Value::as_str);
        let required = |what: &str, pointer: &str| match text(pointer) {
            Some(value) if !value.is_empty() && value.len() <= MAX_ID_BYTES => Ok(value.to_owned()),
            _ => Err(EnvelopeError::Statement(format!(
                "the provenance does not name its {what} at `{pointer}`"
            ))),
        };
        Ok(Some(Self {
            predicate_type: statement.predicate_type.clone(),
            builder: required("builder", BUILDER[kind])?,
            build_type: required("build type", BUILD_TYPE[kind])?,
            invocation: text(INVOCATION[kind])
                .filter(|value| !value.is_empty() && value.len() <= MAX_ID_BYTES)
                .map(str::to_owned),
        }))
    }
}
