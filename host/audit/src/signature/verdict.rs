//! The answers to "who signed this?".

use std::fmt;

use time::OffsetDateTime;

use super::module::{MODULE_TYPE, ModuleClaim};
use super::provenance::{PROVENANCE_TYPES, Provenance};
use super::{EnvelopeError, PACKAGE_TYPE, Statement};
use crate::key::Fingerprint;
use crate::timestamp::format_time;

/// The predicate types by which a signer approves of what they sign: those that `cofferdam sign`
/// writes, the in-toto release, and the build provenance of a builder.
pub const APPROVAL_TYPES: [&str; 5] = [
    PACKAGE_TYPE,
    MODULE_TYPE,
    "https://in-toto.io/attestation/release/v0.1",
    PROVENANCE_TYPES[0],
    PROVENANCE_TYPES[1],
];

/// What a signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureVerdict {
    /// By a trusted key, over exactly this content, at a time when the key was valid.
    Good(Signed),
    /// There is no signature.
    Unsigned,
    /// By a key that is not trusted. Whether it is right does not matter then.
    Stranger {
        /// The key's fingerprint, or what the signature calls it; empty if it does not say.
        key: String,
    },
    /// By a trusted key, but not over this content.
    Altered {
        /// Whose key it is.
        signer: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// By a trusted key before it becomes valid.
    NotYetValid {
        /// Whose key it is.
        signer: String,
        /// From when on it is valid.
        valid_after: OffsetDateTime,
    },
    /// By a trusted key that is not valid any more.
    Expired {
        /// Whose key it is.
        signer: String,
        /// Until when it was valid.
        valid_before: OffsetDateTime,
    },
    /// By a trusted key, but for something else.
    WrongPurpose {
        /// Whose key it is.
        signer: String,
        /// The namespace of the signature.
        namespace: String,
    },
    /// The signature itself cannot be read.
    Unreadable {
        /// What is wrong with it.
        reason: String,
    },
}

/// A good signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Whose key made it.
    pub signer: String,
    /// The key.
    pub fingerprint: Fingerprint,
    /// Further trusted signers of the same envelope, whose keys are valid as well.
    pub others: Vec<String>,
    /// What exactly was claimed, if the signature is over an in-toto statement. It is up to policy
    /// which predicate types count: SLSA provenance by a trusted builder is a signature as well.
    pub statement: Option<Statement>,
}

impl Signed {
    /// Everybody who signed, by name: a line of an allowed-signers file may name several principals
    /// for one key, separated by commas.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let signers = std::iter::once(&self.signer).chain(&self.others);
        signers.flat_map(|signer| signer.split(',')).map(str::trim).filter(|name| !name.is_empty())
    }

    /// Whether the signature says yes to the file: a signature over the file itself, or over a
    /// statement of one of the [`APPROVAL_TYPES`]. A statement of another type, such as an
    /// attestation of a deployment that failed, only says something about it.
    #[must_use]
    pub fn is_approval(&self) -> bool {
        let is_one = |kind: &str| APPROVAL_TYPES.contains(&kind);
        self.statement.as_ref().is_none_or(|statement| is_one(&statement.predicate_type))
    }

    /// The build that made the file, if that is what was signed.
    ///
    /// # Errors
    /// [`EnvelopeError::Statement`] when the statement has the type of provenance and not its form.
    pub fn provenance(&self) -> Result<Option<Provenance>, EnvelopeError> {
        self.statement.as_ref().map_or(Ok(None), Provenance::of)
    }

    /// What the signer allows the module to be used for, if they said so.
    ///
    /// # Errors
    /// [`EnvelopeError::Statement`] when the statement has the type of a module claim and not its form.
    pub fn module_claim(&self) -> Result<Option<ModuleClaim>, EnvelopeError> {
        match &self.statement {
            Some(statement) if statement.predicate_type == MODULE_TYPE => {
                serde_json::from_value(statement.predicate.clone())
                    .map(Some)
                    .map_err(|error| EnvelopeError::Statement(error.to_string()))
            }
            _ => Ok(None),
        }
    }
}

impl SignatureVerdict {
    /// The verdict in a word, for machines: `good`, `unsigned`, `stranger`, `altered`,
    /// `not-yet-valid`, `expired`, `wrong-purpose` or `unreadable`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Good(_) => "good",
            Self::Unsigned => "unsigned",
            Self::Stranger { .. } => "stranger",
            Self::Altered { .. } => "altered",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::Expired { .. } => "expired",
            Self::WrongPurpose { .. } => "wrong-purpose",
            Self::Unreadable { .. } => "unreadable",
        }
    }

    /// The signature, if it is good.
    #[must_use]
    pub fn good(&self) -> Option<&Signed> {
        match self {
            Self::Good(signed) => Some(signed),
            _ => None,
        }
    }
}

impl fmt::Display for SignatureVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(signed) => write!(f, "signed by {} ({})", signed.signer, signed.fingerprint),
            Self::Unsigned => write!(f, "unsigned"),
            Self::Stranger { key } if key.is_empty() => {
                write!(f, "signed by a stranger: no trusted key made the signature")
            }
            Self::Stranger { key } => write!(f, "signed by a stranger: {key} is not trusted"),
            Self::Altered { signer, reason } => {
                write!(f, "signed by {signer}, but altered: {reason}")
            }
            Self::NotYetValid { signer, valid_after } => write!(
                f,
                "signed by {signer}, whose key is not valid before {}",
                format_time(*valid_after)
            ),
            Self::Expired { signer, valid_before } => {
                write!(f, "signed by {signer}, whose key expired at {}", format_time(*valid_before))
            }
            Self::WrongPurpose { signer, namespace } => {
                write!(f, "signed by {signer} for {namespace:?}, which does not count here")
            }
            Self::Unreadable { reason } => write!(f, "the signature cannot be read: {reason}"),
        }
    }
}
