//! `ResultFile`: what `--result` writes, for programs to read.

use std::path::PathBuf;

use cofferdam_capability::Capability;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::journal::HookEntry;
use crate::{ArtifactRecord, ConventionReport, Outcome, OutputRecord, Status};

/// The version of the form. Within a version fields are only added.
pub const RESULT_FORMAT: u32 = 1;

/// What `--result` writes. Sensitive values are masked.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResultFile<'o> {
    /// [`RESULT_FORMAT`]
    pub format: u32,
    /// The deployment.
    pub deployment: Uuid,
    /// How it ended.
    pub status: Status,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started: OffsetDateTime,
    /// When it ended.
    #[serde(with = "time::serde::rfc3339")]
    pub ended: OffsetDateTime,
    /// The package.
    pub package: &'o crate::PlannedPackage,
    /// Digest of the plan.
    pub plan_sha256: String,
    /// Digest of the policy.
    pub policy_digest: &'o str,
    /// The extraction folder, if it is there.
    pub folder: Option<&'o PathBuf>,
    /// The custom installation folder.
    pub installation: Option<&'o PathBuf>,
    /// The version that was installed before.
    pub previous_version: Option<&'o str>,
    /// The conventions that ran.
    pub conventions: &'o [ConventionReport],
    /// The hooks that ran, with what each changed.
    pub hooks: &'o [HookEntry],
    /// What hooks were granted beyond the default and did not use.
    pub unused_grants: Vec<UnusedGrant<'o>>,
    /// Output variables.
    pub outputs: &'o [OutputRecord],
    /// Artifacts.
    pub artifacts: &'o [ArtifactRecord],
    /// Deployments whose folders were removed.
    pub retired: Vec<Uuid>,
    /// What failed.
    pub failure: Option<ResultFailure<'o>>,
}

/// What one hook was granted beyond the default and did not use, as far as that can be known.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct UnusedGrant<'o> {
    /// The hook.
    pub hook: &'o str,
    /// Its stage.
    pub stage: &'o str,
    /// What it did not use.
    pub capabilities: &'o [Capability],
}

/// What failed.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResultFailure<'o> {
    /// The convention's number.
    pub convention: u8,
    /// The convention's name.
    pub name: &'o str,
    /// What failed.
    pub message: &'o str,
    /// What to do about it.
    pub hint: Option<&'o str>,
}

impl Outcome {
    fn unused_grants(&self) -> impl Iterator<Item = UnusedGrant<'_>> {
        let hooks = self.hooks.iter().zip(&self.runs).filter(|(_, run)| !run.unused.is_empty());
        hooks.map(|(hook, run)| UnusedGrant {
            hook: &hook.name,
            stage: &hook.stage,
            capabilities: &run.unused,
        })
    }

    /// The outcome in the form of the result file.
    #[must_use]
    pub fn result_file(&self) -> ResultFile<'_> {
        ResultFile {
            format: RESULT_FORMAT,
            deployment: self.deployment,
            status: self.status,
            started: self.started,
            ended: self.ended,
            package: &self.plan.package,
            plan_sha256: self.plan.sha256(),
            policy_digest: &self.plan.policy_digest,
            folder: self.folder.as_ref(),
            installation: self.installation.as_ref(),
            previous_version: self.previous_version.as_deref(),
            conventions: &self.conventions,
            hooks: &self.hooks,
            unused_grants: self.unused_grants().collect(),
            outputs: &self.outputs,
            artifacts: &self.artifacts,
            retired: self.retired.iter().map(|retired| retired.id).collect(),
            failure: self.failure.as_ref().map(|report| ResultFailure {
                convention: report.convention,
                name: &report.name,
                message: &report.message,
                hint: report.hint.as_deref(),
            }),
        }
    }
}
