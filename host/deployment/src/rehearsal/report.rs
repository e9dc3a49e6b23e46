//! `Rehearsal`: what a rehearsal showed, as data to print and to keep beside the plan.

use cofferdam_capability::Grant;
use cofferdam_sandbox::{HookReport, LogLevel};
use serde::{Deserialize, Serialize};

use super::diff::TextDiff;
use crate::{Change, HookName, Status};

/// What a rehearsal showed. Sensitive values are masked in all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rehearsal {
    /// How the deployment would end.
    pub status: Status,
    /// What would fail.
    pub failure: Option<RehearsedFailure>,
    /// The extraction folder that it would get.
    pub folder: Option<String>,
    /// The tree digest of the folder that the package would be used from, as 64 hexadecimal digits, if the
    /// deployment would succeed.
    pub tree_digest: Option<String>,
    /// The hooks that ran, in order.
    pub hooks: Vec<RehearsedHook>,
    /// The folders of old deployments that retention would remove, below the root.
    pub retired: Vec<String>,
    /// What people should know: what the host said, and what a rehearsal could not try.
    pub notes: Vec<String>,
}

/// What would fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedFailure {
    /// The convention's number.
    pub convention: u8,
    /// The convention's name.
    pub name: String,
    /// What fails.
    pub error: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What one hook did in a rehearsal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedHook {
    /// The hook.
    pub hook: HookName,
    /// The digest of its module.
    pub sha256: String,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// What it was granted, and why.
    pub grant: Option<Grant>,
    /// The names of the variables that it was given.
    pub variables: Vec<String>,
    /// What it changed in its enclosure, ordered by path.
    pub changes: Vec<Change>,
    /// What it changed in text files, ordered by path.
    pub diffs: Vec<FileDiff>,
    /// The output variables that it set, in order.
    pub outputs: Vec<RehearsedOutput>,
    /// The artifacts that it handed in, in order.
    pub artifacts: Vec<RehearsedArtifact>,
    /// What it printed and logged, in order.
    pub messages: Vec<RehearsedMessage>,
    /// What it asked for and was refused.
    pub refused: Vec<RehearsedRefusal>,
    /// The requests that a stub answered, or would have had to answer.
    pub requests: Vec<StubbedRequest>,
    /// What it took and used; none if it could not be run.
    pub report: Option<HookReport>,
}

/// What a hook changed in one text file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FileDiff {
    /// The path below the enclosure.
    pub path: String,
    /// The difference.
    pub diff: TextDiff,
}

/// An output variable of a rehearsed hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedOutput {
    /// Its name.
    pub name: String,
    /// Its value; `***` if it is sensitive.
    pub value: String,
    /// Whether it is sensitive.
    pub sensitive: bool,
}

/// An artifact of a rehearsed hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedArtifact {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// The digest of its content, as 64 hexadecimal digits.
    pub sha256: String,
}

/// A line or message of a rehearsed hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedMessage {
    /// How important it is.
    pub level: LogLevel,
    /// The text.
    pub text: String,
}

/// Something that a rehearsed hook was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RehearsedRefusal {
    /// What it asked for.
    pub asked: String,
    /// Why it did not get it.
    pub why: String,
}

/// A request of a rehearsed hook that its grant covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StubbedRequest {
    /// The method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The status that the stub answered with; none: there is no stub for it, and it was refused.
    pub status: Option<u16>,
}
