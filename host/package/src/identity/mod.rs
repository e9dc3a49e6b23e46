//! Who a package is: id and version, where they are written, and how folders are named after them.

mod file_name;
mod folder_name;
mod maven;
mod package_id;
mod semver;
mod version;

pub use package_id::{InvalidPackageId, PackageId};
pub use version::{InvalidVersion, Version, VersionKind};

use serde::{Deserialize, Serialize};

/// A package's id and version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The id.
    pub id: PackageId,
    /// The version.
    pub version: Version,
}

impl Identity {
    /// Reads a file name without folders, in either of the two forms that Octopus uses:
    /// `Acme.Web.1.0.0.zip`, and `Acme.Web@S1.0.0@0123456789ABCDEF0123456789ABCDEF.zip` from a package cache.
    ///
    /// # Errors
    /// [`IdentityError::FileName`] if it is neither.
    pub fn from_file_name(file_name: &str) -> Result<Self, IdentityError> {
        file_name::parse(file_name).ok_or_else(|| IdentityError::FileName {
            file_name: file_name.escape_debug().to_string(),
        })
    }
}

/// Why a package has no identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// The file name has neither form.
    #[error(
        "the package file name `{file_name}` names no id and version: use `Id.Version.ext` (`Acme.Web.1.0.0.zip`) or the cache form `Id@SVersion@suffix.ext`"
    )]
    FileName {
        /// The file name, safe to print.
        file_name: String,
    },
    /// The `.nuspec` of a `.nupkg` is missing, there are several, or it cannot be read.
    #[error("the package's nuspec gives no id and version: {0}")]
    Nuspec(String),
}
