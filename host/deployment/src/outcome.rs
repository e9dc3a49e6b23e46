//! `Outcome`: what a deployment came to.

use std::path::PathBuf;

use cofferdam_audit::Reproduction;
use cofferdam_capability::{Capability, Grant};
use cofferdam_variables::{Value, VariableSet};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::journal::HookEntry;
use crate::{Failure, Plan, PlannedSignature, Retired};

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// All conventions did what they should.
    Succeeded,
    /// Nothing was done: this version is installed, and the operator wanted to know that.
    AlreadyInstalled,
    /// The remaining conventions were skipped, because a variable said so; all before went well.
    SkippedRemaining,
    /// A convention failed.
    Failed,
    /// The operator interrupted it.
    Cancelled,
}

impl Status {
    /// Whether all went as it was meant.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Succeeded | Self::AlreadyInstalled | Self::SkippedRemaining)
    }
}

/// What a deployment came to.
#[derive(Debug)]
pub struct Outcome {
    /// The deployment.
    pub deployment: Uuid,
    /// How it ended.
    pub status: Status,
    /// When it began.
    pub started: OffsetDateTime,
    /// When it ended.
    pub ended: OffsetDateTime,
    /// Who started it.
    pub operator: String,
    /// What it did, or was to do.
    pub plan: Plan,
    /// The extraction folder, if it is there.
    pub folder: Option<PathBuf>,
    /// The custom installation folder, if the deployment came so far; sensitive values in it masked.
    pub installation: Option<PathBuf>,
    /// The version that was installed before, if there was one.
    pub previous_version: Option<String>,
    /// The conventions that ran, in order.
    pub conventions: Vec<ConventionReport>,
    /// The hooks that ran, in order.
    pub hooks: Vec<HookEntry>,
    /// What else is known of each of `hooks`, in the same order.
    pub runs: Vec<HookRun>,
    /// The output variables that hooks set, in order; the last one of a name holds.
    pub outputs: Vec<OutputRecord>,
    /// The values of `outputs`, in the same order, for keyed digests.
    pub(crate) output_values: Vec<Value>,
    /// The variables that were given.
    pub(crate) given_variables: VariableSet,
    /// The artifacts that were kept.
    pub artifacts: Vec<ArtifactRecord>,
    /// Old deployments whose folders were removed.
    pub retired: Vec<Retired>,
    /// What doing the same again needs to know; none if there never was a folder.
    pub reproduction: Option<Reproduction>,
    /// What failed.
    pub failure: Option<FailureReport>,
}

/// What is known of a hook that ran, beside what the journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookRun {
    /// The grant that it ran under.
    pub grant: Grant,
    /// The signatures that lay beside it.
    pub signatures: Vec<PlannedSignature>,
    /// What it was granted beyond the default and did not use, as far as that can be known; empty if
    /// it failed, or ships with Cofferdam.
    pub unused: Vec<Capability>,
    /// What it asked for and was refused, in words, sensitive values masked.
    pub refused: Vec<String>,
    /// Why it failed, sensitive values masked.
    pub failure: Option<String>,
}

/// What failed, and where.
#[derive(Debug)]
pub struct FailureReport {
    /// The convention's number.
    pub convention: u8,
    /// The convention's name.
    pub name: String,
    /// What failed; its text is not masked.
    pub failure: Failure,
    /// What failed, sensitive values masked.
    pub message: String,
    /// What to do about it, sensitive values masked.
    pub hint: Option<String>,
}

/// A convention that ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ConventionReport {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// Whether it did what it should.
    pub succeeded: bool,
}

/// An output variable that a hook set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OutputRecord {
    /// Its name.
    pub name: String,
    /// Its value, sensitive values masked; `***` if it is sensitive itself.
    pub value: String,
    /// Whether it is sensitive.
    pub sensitive: bool,
    /// The hook that set it.
    pub hook: String,
}

/// An artifact that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ArtifactRecord {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its content, as 64 hexadecimal digits.
    pub sha256: String,
    /// The hook that handed it in.
    pub hook: String,
}
