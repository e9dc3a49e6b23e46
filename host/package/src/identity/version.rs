//! `Version`: a package's version, in one of the four schemes that Octopus knows, its spelling kept.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{folder_name, maven, semver};

/// How a version is read and ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionKind {
    /// `1.2.3.4-pre+meta` with one to four numbers. What file names and nuspecs have.
    #[default]
    Semver,
    /// Maven's rules: `1.0-alpha-1`, `1.0-SNAPSHOT`.
    Maven,
    /// Octopus's lenient form: `v1.2-feature_x`, also without any number.
    Octopus,
    /// Any text, ordered character by character.
    Lexicographic,
}

impl VersionKind {
    /// The kind that a letter in a cache file name stands for.
    pub(crate) fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'S' => Some(Self::Semver),
            'M' => Some(Self::Maven),
            'O' => Some(Self::Octopus),
            'L' => Some(Self::Lexicographic),
            _ => None,
        }
    }
}

/// A version. Equal when kind and spelling are equal (`1.0` is not `1.0.0`, which is a folder of its own);
/// [`precedence`](Version::precedence) says which is newer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Version {
    kind: VersionKind,
    text: String,
}

impl Version {
    /// A version of `kind`, checked.
    ///
    /// # Errors
    /// If a semantic version is none, or if no folder could be named after `text`: it is empty, longer than 200 bytes,
    /// ends with a dot, or has control characters or spaces around it.
    pub fn new(kind: VersionKind, text: &str) -> Result<Self, InvalidVersion> {
        let follows_rules = kind != VersionKind::Semver || semver::Parsed::strict(text).is_some();
        if !follows_rules || !folder_name::is_nameable(text) {
            return Err(InvalidVersion { kind, text: text.to_owned() });
        }
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
        folder_name::encode(&self.text)
    }

    /// Which is newer, by the rules of their kind; `None` if the kinds differ. `1.0` and `1.0.0` are as new as each
    /// other, and build metadata does not count.
    pub fn precedence(&self, other: &Self) -> Option<Ordering> {
        if self.kind != other.kind {
            return None;
        }
        Some(match self.kind {
            VersionKind::Semver | VersionKind::Octopus => {
                semver::Parsed::lenient(&self.text).cmp(&semver::Parsed::lenient(&other.text))
            }
            VersionKind::Maven => maven::compare(&self.text, &other.text),
            VersionKind::Lexicographic => self.text.cmp(&other.text),
        })
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

/// The stored form of a version, before it is checked again.
#[derive(Serialize, Deserialize)]
struct Unchecked {
    kind: VersionKind,
    text: String,
}

impl TryFrom<Unchecked> for Version {
    type Error = InvalidVersion;

    fn try_from(stored: Unchecked) -> Result<Self, InvalidVersion> {
        Self::new(stored.kind, &stored.text)
    }
}

impl From<Version> for Unchecked {
    fn from(version: Version) -> Self {
        Self { kind: version.kind, text: version.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semantic_versions_are_checked_and_keep_their_spelling() {
        for text in ["1", "1.0", "1.0.01", "1.2.3.4-beta.1+ace8cda", "1.0.0-", "2.0+a-b"] {
            let version = Version::new(VersionKind::Semver, text).unwrap();
            assert_eq!(version.as_str(), text);
        }
        for text in ["", "v1", "1.2.3.4.5", "1.0-ü", "1.0 ", "1..0", "a", "1.0+a_b"] {
            assert!(Version::new(VersionKind::Semver, text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_newer_one_wins_by_the_rules_of_its_kind() {
        let order = |kind, a, b| {
            let version = |text| Version::new(kind, text).unwrap();
            version(a).precedence(&version(b)).unwrap()
        };
        for (kind, older, newer) in [
            (VersionKind::Semver, "1.9", "1.10"),
            (VersionKind::Semver, "1.0.0-beta.2", "1.0.0-beta.10"),
            (VersionKind::Semver, "1.0-beta", "1.0"),
            (VersionKind::Semver, "1.0.0", "1.0.0.1"),
            (VersionKind::Semver, "99999999999999999999998", "99999999999999999999999"),
            (VersionKind::Octopus, "v1.2-feature", "V1.2"),
            (VersionKind::Octopus, "feature-x", "0.1"),
            (VersionKind::Lexicographic, "10", "9"),
        ] {
            assert_eq!(order(kind, older, newer), Ordering::Less, "{older} < {newer}");
            assert_eq!(order(kind, newer, older), Ordering::Greater, "{newer} > {older}");
        }
        assert_eq!(order(VersionKind::Semver, "1.0", "1.0.0+meta"), Ordering::Equal);
        let lexicographic = Version::new(VersionKind::Lexicographic, "1").unwrap();
        assert_eq!(Version::new(VersionKind::Maven, "1").unwrap().precedence(&lexicographic), None);
    }
}
