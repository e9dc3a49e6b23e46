//! The predicate, field by field. `docs/attestation-v1.schema.json` is its JSON Schema.
//!
//! A new version may add optional fields and nothing else; anything more gets a new type. Readers
//! refuse fields that they do not know, so that nothing signed is overlooked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::keyed_digest::KeyedDigest;
use crate::merkle::Hash;
use crate::signature::ResourceDescriptor;

/// What one deployment did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DeploymentRecord {
    /// The deployment's id.
    pub deployment: String,
    /// When it began: RFC 3339.
    pub started: String,
    /// When it ended: RFC 3339.
    pub finished: String,
    /// What carried it out.
    pub engine: Engine,
    /// Where it ran and for whom: environment, tenant, target, operator; and the package's feed.
    pub context: BTreeMap<String, String>,
    /// SHA-256 of the plan, as canonical JSON.
    pub plan_digest: Hash,
    /// What allowed it.
    pub policy: PolicyRecord,
    /// What confined the hooks.
    pub walls: Vec<Wall>,
    /// Every hook that ran or was refused, in order.
    pub hooks: Vec<HookRun>,
    /// What is different in the extraction folder from what the package held.
    pub file_changes: Vec<FileChange>,
    /// Output variables that hooks set, and artifacts' names.
    pub outputs: Vec<OutputRecord>,
    /// Native actions that hooks requested.
    pub host_actions: Vec<HostAction>,
    /// How it ended.
    pub outcome: Outcome,
    /// The signatures that lay beside the package, whatever they were worth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureRecord>,
    /// Verified statements about how the package was built: the builder as `name`, the build as
    /// `uri`, and the digest of the signed statement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provenance: Vec<ResourceDescriptor>,
    /// What doing the deployment again needs, if it came to a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reproduction: Option<Reproduction>,
}

/// What doing a deployment again needs to know, beside package, hooks, grants and variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Reproduction {
    /// The folder below which packages are extracted.
    pub root: String,
    /// The extraction folder below it, `/` between its parts.
    pub folder: String,
    /// The features that were enabled, in order.
    pub features: Vec<String>,
    /// The variables that say what was deployed before, by name.
    pub past: BTreeMap<String, String>,
    /// Whether the custom installation folder held nothing when the package was copied to it; absent
    /// without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installation_was_empty: Option<bool>,
    /// The variables that were given, by name; absent in attestations of versions that did not record
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variables: Option<BTreeMap<String, VariableDigest>>,
}

/// What is on record of a variable that was given: enough to tell whether it is the same again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariableDigest {
    /// SHA-256 of `cofferdam variable v1`, a zero byte, and the value as it was given.
    Plain(Hash),
    /// A value that is sensitive, or that a sensitive one stands in, digested with the log's
    /// [`crate::DigestKey`].
    Sensitive(KeyedDigest),
}

impl VariableDigest {
    /// The digest of a value that is not sensitive.
    #[must_use]
    pub fn plain(value: &str) -> Self {
        Self::Plain(Hash::of(&[b"cofferdam variable v1\0", value.as_bytes()].concat()))
    }
}

/// A signature that was found, and what it was worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SignatureRecord {
    /// The name of its file, without folders.
    pub file: String,
    /// SHA-256 of the signature itself.
    pub digest: Hash,
    /// `good`, or in a word why it did not count.
    pub verdict: String,
    /// Who vouches by it; nobody unless it is good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<String>,
    /// The fingerprint of the key, where a trusted one signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The predicate type, where a statement was signed and not the bytes alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
}

/// The program and the settings that a reproduction needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Engine {
    /// `cofferdam`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What else determines a run, such as the WebAssembly runtime's version.
    pub settings: BTreeMap<String, String>,
}

/// The policy and what it decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PolicyRecord {
    /// SHA-256 of the policy in force.
    pub digest: Hash,
    /// Every decision, in order.
    pub decisions: Vec<Decision>,
}

/// One decision of policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Decision {
    /// What was asked, in a few words, such as `Configure.PreDeploy.wasm reads variable Db.Host`.
    pub request: String,
    /// The answer.
    pub is_allowed: bool,
    /// The ids of the statements that decided.
    pub statements: Vec<String>,
    /// Why, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One wall around the hooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Wall {
    /// Such as `landlock`.
    pub name: String,
    /// Whether it stood.
    pub is_up: bool,
    /// Its version, or why it did not stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// One run of one hook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HookRun {
    /// The hook's name.
    pub name: String,
    /// `package`, `custom`, `feature` or `built-in`.
    pub kind: String,
    /// The stage that it ran at.
    pub stage: String,
    /// SHA-256 of the module.
    pub module_digest: Hash,
    /// Who signed the module.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signers: Vec<String>,
    /// The signatures that lay beside the module, whatever they were worth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<SignatureRecord>,
    /// The grant that it ran under, exactly as the supervisor gave it.
    pub grant: Value,
    /// The capabilities that it used.
    pub used: Vec<String>,
    /// What it was granted beyond the default and did not use, as far as that can be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused: Vec<String>,
    /// The requests of it that were refused while it ran.
    pub refused: Vec<String>,
    /// Its limits, and how near it came to each.
    pub limits: Vec<LimitUse>,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it ran, in milliseconds of wall time.
    pub wall_ms: u64,
}

/// One limit and the highest use of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct LimitUse {
    /// The limit's name with its unit, such as `memory_bytes`.
    pub name: String,
    /// The most that was allowed.
    pub limit: u64,
    /// The most that was used, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak: Option<u64>,
}

/// One file that is not as the package held it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FileChange {
    /// Relative to the extraction folder.
    pub path: String,
    /// What happened to it.
    pub change: FileChangeKind,
    /// The convention or hook that did it.
    pub by: String,
    /// SHA-256 before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Hash>,
    /// SHA-256 after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Hash>,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileChangeKind {
    /// It was not there before.
    Added,
    /// It has other content, or another mode.
    Changed,
    /// It is gone.
    Removed,
}

/// One output variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct OutputRecord {
    /// The variable's name.
    pub name: String,
    /// The hook that set it.
    pub by: String,
    /// Its value, or a keyed digest of it.
    pub value: OutputValue,
}

/// A value that may be seen, or the keyed digest of one that may not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputValue {
    /// The value.
    Plain(String),
    /// A sensitive value, digested with the log's [`crate::DigestKey`].
    Sensitive(KeyedDigest),
}

/// One native action that a hook requested, or one HTTP request that was made for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HostAction {
    /// The action's configured name; `http` for a request, whose arguments are `method`, `origin`
    /// and, when a response came back, its `status`.
    pub name: String,
    /// The hook that requested it.
    pub by: String,
    /// Its arguments, sensitive ones masked.
    pub arguments: BTreeMap<String, String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How something ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Outcome {
    /// In a word.
    pub status: OutcomeStatus,
    /// Why, unless it succeeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How something ended, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeStatus {
    /// As it should.
    Succeeded,
    /// With an error, or over a limit.
    Failed,
    /// Policy did not let it begin.
    Refused,
    /// It was not needed.
    Skipped,
}
