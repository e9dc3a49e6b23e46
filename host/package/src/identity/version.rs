//! `Version`: a package's version, in one of the four schemes that Octopus knows, its spelling kept.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How a version is read and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionKind {
    /// `1.2.3.4-pre+meta` with one to four numbers. What file names and nuspecs have.
    #[default]
    Semver,
    /// Maven's rules: `1.0-alpha-1`, `1.0-SNAPSHOT`.
    Maven,
    /// Octopus's lenient form: `v1.2-feature_x`.
    Octopus,
    /// Any text, ordered character by character.
    Lexicographic,
}

/// A version. Equal when kind and spelling are equal (`1.0` is not `1.0.0`, which is a folder of its own);
/// [`precedence`](Version::precedence) says which is newer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Version {
    kind: VersionKind,
    text: String,
}

impl Version {
    /// A version of `kind`, checked.
    ///
    /// # Errors
    /// If `text` does not follow the kind's rules.
    pub fn new(kind: VersionKind, text: &str) -> Result<Self, InvalidVersion> {
        Ok(Self { kind, text: text.to_owned() })
    }

    /// How it is read.
    pub fn kind(&self) -> VersionKind {
        self.kind
    }

    /// The version as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The one safe path component that folders are named with, encoded like
    /// [`PackageId::folder_name`](crate::PackageId::folder_name).
    pub fn folder_name(&self) -> String {
        todo!()
    }

    /// Which is newer, by the rules of their kind; `None` if the kinds differ.
    pub fn precedence(&self, other: &Self) -> Option<Ordering> {
        let _ = other;
        todo!()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text that is no version of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no {kind:?} version", .text.escape_debug())]
pub struct InvalidVersion {
    /// How it was read.
    pub kind: VersionKind,
    /// The text.
    pub text: String,
}
