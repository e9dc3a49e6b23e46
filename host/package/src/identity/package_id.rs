//! `PackageId`: the name of a package, `Acme.Web`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::folder_name;

/// A package id: up to 200 bytes without control characters, spaces around them and a dot at the end, so that a
/// folder can be named after it. Compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageId(String);

impl PackageId {
    /// The id as it was spelled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one safe path component that folders are named with: `% < > : " / \ | ? @` percent-encoded, as Octopus does.
    pub fn folder_name(&self) -> String {
        folder_name::encode(&self.0)
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot be a package id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is no package id", .0.escape_debug())]
pub struct InvalidPackageId(pub String);

impl FromStr for PackageId {
    type Err = InvalidPackageId;

    fn from_str(text: &str) -> Result<Self, InvalidPackageId> {
        Self::try_from(text.to_owned())
    }
}

impl TryFrom<String> for PackageId {
    type Error = InvalidPackageId;

    fn try_from(text: String) -> Result<Self, InvalidPackageId> {
        if folder_name::is_nameable(&text) { Ok(Self(text)) } else { Err(InvalidPackageId(text)) }
    }
}

impl From<PackageId> for String {
    fn from(id: PackageId) -> Self {
        id.0
    }
}
