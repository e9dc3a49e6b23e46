//! `PackageId`: the name of a package, `Acme.Web`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A package id. Any printable text of up to 200 bytes that is not made of dots alone; compared exactly.
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
        todo!()
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
        Ok(Self(text))
    }
}

impl From<PackageId> for String {
    fn from(id: PackageId) -> Self {
        id.0
    }
}
