//! The tables of the TOML form of a policy: for the common cases, in the words of people.

use serde::{Deserialize, Serialize};

use crate::toml_text::Texts;

/// The tables of the TOML form, to be read as part of a policy or of the operator's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GrantTables {
    /// What is permitted.
    pub grant: Vec<GrantTable>,
    /// What is forbidden, whatever is permitted elsewhere.
    pub forbid: Vec<GrantTable>,
}

/// One `[[grant]]` or `[[forbid]]`: which hooks, where, and what.
///
/// The keys that say *which* and *where* all have to match; in their texts `*` stands for anything.
/// A list means any of its items. At least one key has to say which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GrantTable {
    /// `@id` of its statements; what they are about is appended. The default is the source's name
    /// with the table's number.
    pub id: Option<String>,
    /// `@reason` of its statements.
    pub reason: Option<String>,

    /// Which: names of hooks, as `PreDeploy.wasm`.
    pub hook: Texts,
    /// Which: origins, `package`, `custom`, `feature`, `built-in`.
    pub origin: Texts,
    /// Which: stages, as `PreDeploy`.
    pub stage: Texts,
    /// Which: digests, as `sha256:...`; no `*`.
    pub digest: Texts,
    /// Which: people who signed the hook; no `*`.
    pub signer: Texts,
    /// Which: identifiers of the packages that are being deployed.
    pub package: Texts,
    /// Which: people who signed the package that is being deployed; no `*`.
    pub package_signer: Texts,
    /// Which: builders of the package that is being deployed, with who says so.
    pub package_builder: Vec<BuilderTable>,
    /// Which: feeds that the package that is being deployed came from; `""` for a file.
    pub package_feed: Texts,
    /// Which: every hook, said on purpose.
    pub every_hook: bool,

    /// Where: targets.
    pub target: Texts,
    /// Where: environments.
    pub environment: Texts,
    /// Where: tenants.
    pub tenant: Texts,
    /// Until when: a date or time as `2026-12-31` or `2026-12-31T18:00:00Z`; it no longer holds then.
    pub until: Option<String>,
    /// Except for these.
    pub unless: Option<UnlessTable>,

    /// To be deployed: the packages that `package` and the keys that begin with it name. Goes with no
    /// key that says which hooks.
    pub deploy: bool,
    /// To run at all.
    pub run: bool,
    /// To read variables. An exact name covers the variable also when it is sensitive; a name with
    /// `*` covers only what is not.
    pub variables: Texts,
    /// To use folders outside the enclosure.
    pub folders: Vec<FolderTable>,
    /// To make HTTP requests.
    pub http: Vec<HttpTable>,
    /// To connect to endpoints, as `db.example:5432`.
    pub tcp: Texts,
    /// To request host actions.
    pub actions: Texts,
    /// To read environment variables of the supervisor, by exact name.
    pub environment_variables: Texts,
    /// To read the clock: `real`.
    pub clock: Option<String>,
    /// To read random numbers: `real`.
    pub random: Option<String>,
    /// How the enclosure may be used: `read-only` or `read-write`. Only in `[[grant]]`.
    pub enclosure: Option<String>,
    /// Limits by their keys, as `memory = "64MiB"`. Only in `[[grant]]`.
    pub limits: std::collections::BTreeMap<String, String>,
}

/// What a [`GrantTable`] does not hold for. All keys have to match; a list means any of its items.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct UnlessTable {
    /// People who signed the hook; no `*`. Does not go with `deploy`.
    pub signer: Texts,
    /// People who signed the package; no `*`.
    pub package_signer: Texts,
    /// Builders of the package, with who says so.
    pub package_builder: Vec<BuilderTable>,
    /// Feeds that the package came from; `""` for a file.
    pub package_feed: Texts,
}

/// A builder of packages, in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BuilderTable {
    /// What built it: the URI in the provenance.
    pub builder: String,
    /// Who has to say so: a signer of the provenance.
    pub signer: String,
}

/// A folder in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FolderTable {
    /// The absolute path on the target; what is below is covered too.
    pub path: String,
    /// `read-only` or `read-write`.
    pub access: String,
    /// Where the hook sees it; the same path when absent.
    pub guest: Option<String>,
}

/// An origin in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpTable {
    /// Scheme, host and port, as `https://api.example`.
    pub origin: String,
    /// Methods, in upper case; every method when absent.
    #[serde(default)]
    pub methods: Texts,
    /// Where the origin's name may lead besides public addresses: `private`, `loopback`, addresses,
    /// or blocks of them.
    #[serde(default, skip_serializing_if = "are_none")]
    pub addresses: Texts,
}

fn are_none(texts: &Texts) -> bool {
    texts.is_empty()
}
