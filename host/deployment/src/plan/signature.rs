//! `PlannedSignature`: a signature that was found, and what it is worth.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A signature of the package or of a hook that was found, and what it is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedSignature {
    /// The name of its file, without folders, and the line where the file holds several.
    pub file: String,
    /// The SHA-256 of the signature itself, as 64 hexadecimal digits.
    pub sha256: String,
    /// What it is worth.
    pub standing: SignatureStanding,
    /// The same in words, with who, and why not.
    pub words: String,
    /// Whom policy sees as signers because of it; nobody unless it counts.
    pub signers: Vec<String>,
    /// The fingerprint of the key, where a trusted one signed.
    pub key: Option<String>,
    /// The predicate type of the statement, where one was signed and not the bytes alone.
    pub statement: Option<String>,
    /// The build that the statement describes, where it is provenance and counts.
    pub provenance: Option<PlannedProvenance>,
}

/// A build of the package, as a trusted signer describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedProvenance {
    /// What built it: a URI.
    pub builder: String,
    /// How: a URI.
    pub build_type: String,
    /// The one build among others, where that is said.
    pub invocation: Option<String>,
}

/// What a signature is worth.
///
/// A signature by a trusted key over *other* content is not among them: it refuses the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureStanding {
    /// It counts.
    Good,
    /// By nobody who is trusted.
    Stranger,
    /// By a trusted key that is not valid yet.
    NotYetValid,
    /// By a trusted key that is not valid any more.
    Expired,
    /// By a trusted key, for something else.
    WrongPurpose,
    /// By a trusted key, for the module at other stages.
    WrongStage,
    /// By a trusted key, and the statement does not approve of what it is about.
    NoApproval,
    /// It cannot be read.
    Unreadable,
}

impl SignatureStanding {
    /// How it is spelled in plans and records.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Stranger => "stranger",
            Self::NotYetValid => "not-yet-valid",
            Self::Expired => "expired",
            Self::WrongPurpose => "wrong-purpose",
            Self::WrongStage => "wrong-stage",
            Self::NoApproval => "no-approval",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for SignatureStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
