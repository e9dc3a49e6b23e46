//! Statements that stand alone: one signature, and a hint that names the key that made it.
//!
//! Cofferdam writes its own statements (attestations, reports) so. Because nothing but the signed
//! payload, one signature and its key is in such an envelope, any changed byte of it can be found.

use serde::de::DeserializeOwned;

use super::envelope::Envelope;
use super::statement::{STATEMENT_TYPE, Statement};
use crate::key::PublicKey;

/// What is wrong with a statement that should stand alone, whatever it states.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementFinding {
    /// It cannot be read.
    #[error("it cannot be read: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It is not byte for byte what is written: somebody edited it where no signature reaches, if
    /// only its white space.
    #[error("it is not byte for byte what was written: it was edited or reformatted")]
    NotCanonical,
    /// None of the given keys signed it.
    #[error("none of the given keys signed it; it names {keyid:?}")]
    Stranger {
        /// What it calls its key.
        keyid: String,
    },
    /// It claims a given key, whose signature it does not bear.
    #[error("it was altered: {keyid} did not sign what it says")]
    Altered {
        /// The key.
        keyid: String,
    },
}

impl StatementFinding {
    fn malformed(reason: impl ToString) -> Self {
        Self::Malformed { reason: reason.to_string() }
    }
}

impl Envelope {
    /// Reads an envelope's JSON, and says beside whether it is byte for byte what
    /// [`Envelope::to_json`] writes; a line end behind it does not count.
    ///
    /// # Errors
    /// [`StatementFinding::Malformed`].
    pub fn parse_canonical(
        json: &[u8],
    ) -> Result<(Self, Option<StatementFinding>), StatementFinding> {
        let envelope = Self::parse(json).map_err(StatementFinding::malformed)?;
        let as_written = envelope.to_json().unwrap_or_default();
        let is_canonical = json.strip_suffix(b"\n").unwrap_or(json) == as_written;
        Ok((envelope, (!is_canonical).then_some(StatementFinding::NotCanonical)))
    }

    /// The statement of type `predicate_type`, and which of `keys` made its only signature.
    ///
    /// # Errors
    /// What is wrong with it; then it says nothing.
    pub fn statement_of_one<'k, P: DeserializeOwned>(
        &self,
        keys: &'k [PublicKey],
        predicate_type: &str,
    ) -> Result<(Statement<P>, &'k PublicKey), StatementFinding> {
        let [signature] = self.signatures.as_slice() else {
            return Err(StatementFinding::malformed("it does not have exactly one signature"));
        };
        // The hint is not signed, so it must name the key that did sign.
        let keyid = signature.keyid.clone().unwrap_or_default();
        let Some(key) = keys.iter().find(|key| key.fingerprint().as_str() == keyid) else {
            return Err(StatementFinding::Stranger { keyid });
        };
        if self.signed_by([key]).is_none() {
            return Err(StatementFinding::Altered { keyid });
        }
        let statement: Statement<P> = self.statement().map_err(StatementFinding::malformed)?;
        let (version, kind) = (&statement.statement_type, &statement.predicate_type);
        if version != STATEMENT_TYPE || kind != predicate_type {
            return Err(StatementFinding::malformed(format!("it is a {kind:?} in a {version:?}")));
        }
        Ok((statement, key))
    }
}
