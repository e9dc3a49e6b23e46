//! What policy is told about a hook and about the package it belongs to.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Wants;

/// Where a hook comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookOrigin {
    /// From the root of the package: whoever built the package wrote it.
    Package,
    /// Handed in by the operator for this deployment.
    Custom,
    /// From the operator's catalogue of features.
    Feature,
    /// Shipped with Cofferdam.
    BuiltIn,
}

impl HookOrigin {
    /// Every origin.
    pub const ALL: [Self; 4] = [Self::Package, Self::Custom, Self::Feature, Self::BuiltIn];

    /// How policies spell it: the `package` of `Origin::"package"`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Custom => "custom",
            Self::Feature => "feature",
            Self::BuiltIn => "built-in",
        }
    }

    /// The origin that policies spell `key`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.key() == key)
    }
}

impl fmt::Display for HookOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// What is known of a hook before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookFacts {
    /// Its file name or feature name: `PreDeploy.wasm`.
    pub name: String,
    /// Where it comes from.
    pub origin: HookOrigin,
    /// The stage it would run at, as `PreDeploy`.
    pub stage: String,
    /// SHA-256 of its bytes, as `sha256:` and 64 hexadecimal digits. Policies name a hook by it.
    pub digest: String,
    /// The size of its bytes.
    pub size: u64,
    /// What kind of module it is: `preview1-module`, `component02`, `component03`.
    pub kind: String,
    /// What its imports let it do, as the sandbox spells it: `files`, `http`.
    pub abilities: Vec<String>,
    /// Who signed it, as the allowed-signers file names them; empty when nobody whom we know did.
    pub signers: Vec<String>,
    /// The package that is being deployed, also when the hook does not come from it.
    pub package: PackageFacts,
    /// What its manifest asks for.
    pub wants: Wants,
}

/// What is known of the package that is being deployed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PackageFacts {
    /// Its identifier: `Acme.Web`.
    pub id: String,
    /// Its version, as written in its file name.
    pub version: String,
    /// SHA-256 of the archive, as `sha256:` and 64 hexadecimal digits.
    pub digest: String,
    /// Who signed it; empty when nobody whom we know did.
    pub signers: Vec<String>,
    /// The feed it was fetched from; none for a file.
    pub feed: Option<String>,
    /// The builds that made it, as trusted signers state them.
    pub provenance: Vec<ProvenanceFacts>,
}

/// A build of the package, as a trusted signer states it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProvenanceFacts {
    /// What built it: a URI.
    pub builder: String,
    /// Who says so, as the allowed-signers file names them.
    pub signer: String,
}
