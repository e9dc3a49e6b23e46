//! What the journal holds of a deployment.

use std::path::PathBuf;

use cofferdam_sandbox::HookReport;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{ArtifactRecord, Change, HookSource};

/// How a deployment in the journal ended, or that it did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryStatus {
    /// It began and did not end: it runs at the moment, or its process ended on the way.
    Running,
    /// All went well.
    Succeeded,
    /// Something failed.
    Failed,
    /// The operator interrupted it.
    Cancelled,
    /// It began and did not end, and nobody works on the root any more: a later deployment found that and
    /// wrote it down, or whoever reads finds it ([`Journal::entries_now`](super::Journal::entries_now)).
    Interrupted,
}

impl EntryStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Running, Self::Succeeded, Self::Failed, Self::Cancelled, Self::Interrupted];

    /// How it is spelled.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// What is written before anything else is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// The deployment.
    pub id: Uuid,
    /// When it began.
    pub started: OffsetDateTime,
    /// The package's id.
    pub package_id: String,
    /// Its version.
    pub package_version: String,
    /// The digest of its file.
    pub package_sha256: String,
    /// Who vouches for it, by a signature that counts.
    pub package_signers: Vec<String>,
    /// The path of its file.
    pub package_file: PathBuf,
    /// The environment.
    pub environment: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The set that it is compared within.
    pub policy_set: Option<String>,
    /// The target's name.
    pub machine: String,
    /// Who started it.
    pub operator: String,
    /// Digest of the plan.
    pub plan_sha256: String,
    /// Digest of the policy.
    pub policy_digest: String,
    /// The extraction folder, below the root.
    pub folder: String,
    /// Whether that folder holds the whole package as soon as it is there.
    pub extracted: bool,
    /// The custom installation folder.
    pub installation_folder: Option<PathBuf>,
}

/// What is written when it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending<'a> {
    /// When it ended.
    pub ended: OffsetDateTime,
    /// How.
    pub status: EntryStatus,
    /// What failed, sensitive values masked.
    pub failure: Option<&'a str>,
    /// Whether the extraction folder was removed.
    pub folder_removed: bool,
    /// The hooks that ran, in order.
    pub hooks: &'a [HookEntry],
    /// The artifacts that were kept.
    pub artifacts: &'a [ArtifactRecord],
}

/// A hook that ran.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookEntry {
    /// The convention that it ran for; 0 for DeployFailed.
    pub convention: u8,
    /// The stage, or the name of the configuration step.
    pub stage: String,
    /// Where it came from.
    pub source: HookSource,
    /// Its file's or feature's name.
    pub name: String,
    /// The digest of its module.
    pub sha256: String,
    /// Who vouches for it, by a signature that counts.
    pub signers: Vec<String>,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// What the run took; none if there was no run.
    pub report: Option<HookReport>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// A deployment in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// The deployment.
    pub id: Uuid,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended: Option<OffsetDateTime>,
    /// How.
    pub status: EntryStatus,
    /// What failed.
    pub failure: Option<String>,
    /// The package's id.
    pub package_id: String,
    /// Its version.
    pub package_version: String,
    /// The digest of its file.
    pub package_sha256: String,
    /// Who vouches for it, by a signature that counts.
    pub package_signers: Vec<String>,
    /// The path of its file.
    pub package_file: PathBuf,
    /// The environment.
    pub environment: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The set that it is compared within.
    pub policy_set: Option<String>,
    /// The extraction folder, below the root.
    pub folder: String,
    /// Whether the package was extracted completely.
    pub extracted: bool,
    /// The custom installation folder.
    pub installation_folder: Option<PathBuf>,
    /// Whether the extraction folder was removed, by retention or because it was incomplete.
    pub folder_removed: bool,
}
