//! `Event`: one thing that happened, as every observer sees it.

use std::path::PathBuf;

use cofferdam_capability::{Capability, Reason};
use cofferdam_policy::Refusal;
use cofferdam_sandbox::{EngineFacts, HookReport, HttpExchange, LogLevel, OutputStream, Walls};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Change, HookSource, LockHolder, Status};

/// One thing that happened in a deployment. Sensitive values are masked in all of its texts.
///
/// Of a deployment that is begun with [`begin`](crate::begin()) the first event is
/// [`Preparing`](EventKind::Preparing), and nothing is deployed before [`Started`](EventKind::Started),
/// or ever if it is [`Rejected`](EventKind::Rejected), which comes first and alone if it is not even known
/// what would be deployed where. The last one is that or [`Ended`](EventKind::Ended). If the deployment
/// could not begin for another reason, as any [`RunError`](crate::RunError) but that of a plan says, there is
/// neither: the events stop.
/// [`Waiting`](EventKind::Waiting), [`Interrupted`](EventKind::Interrupted) and
/// [`ExtractionProgress`](EventKind::ExtractionProgress) may come in between: a package is read once, and
/// what is in it has to be known before it can be decided about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The deployment.
    pub deployment: Uuid,
    /// Counts up from 0 within the deployment, without gaps.
    pub sequence: u64,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    /// What happened.
    pub what: EventKind,
}

/// A hook, as events name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookName {
    /// The convention that it belongs to; 0 for hooks at DeployFailed.
    pub convention: u8,
    /// The stage, or the name of the configuration step.
    pub stage: String,
    /// Where it comes from.
    pub source: HookSource,
    /// Its file's or feature's name.
    pub name: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum EventKind {
    /// A package was handed in, and is going to be unpacked beside its place and planned. Not recorded: nothing
    /// is done yet.
    Preparing {
        /// The package's id.
        package_id: String,
        /// Its version.
        package_version: String,
        /// The root.
        root: PathBuf,
    },
    /// There is no plan, so nothing is deployed: policy refuses something, or hooks or settings do not
    /// fit. The last event of its deployment.
    Rejected {
        /// The package's id; its file's name if it has none.
        package_id: String,
        /// Its version; empty if it has none.
        package_version: String,
        /// The digest of its file, if it was read to its end.
        package_sha256: Option<String>,
        /// Why.
        error: String,
        /// What to do about it.
        hint: Option<String>,
        /// What policy refuses, with the statements that decided; empty if it was not asked.
        refusals: Vec<Refusal>,
    },
    /// Another deployment to the same root is under way, and this one waits for it.
    Waiting {
        /// Who it is, if that is known.
        holder: Option<LockHolder>,
    },
    /// The deployment began.
    Started {
        /// The package's id.
        package_id: String,
        /// Its version.
        package_version: String,
        /// The digest of its file.
        package_sha256: String,
        /// Who vouches for it, by a signature that counts.
        package_signers: Vec<String>,
        /// The feed that it was fetched from, as whoever fetched it says.
        package_feed: Option<String>,
        /// Digest of the plan.
        plan_sha256: String,
        /// Digest of the policy.
        policy_digest: String,
        /// The root.
        root: PathBuf,
        /// The target's name.
        machine: String,
        /// The environment.
        environment: Option<String>,
        /// The tenant.
        tenant: Option<String>,
        /// Who started it.
        operator: String,
        /// The walls that the machine offers.
        walls: Walls,
        /// The engine that runs hooks.
        engine: EngineFacts,
    },
    /// An earlier deployment to this root was interrupted: its process or its machine ended.
    Interrupted {
        /// Its id.
        interrupted: Uuid,
        /// The package's id.
        package_id: String,
        /// Its version.
        package_version: String,
        /// Its extraction folder, below the root.
        folder: Option<String>,
        /// Whether that folder was removed, because it was not complete.
        removed: bool,
    },
    /// Policy decided something, for these reasons.
    Decided {
        /// What was asked, in words.
        question: String,
        /// The statements that decided.
        reasons: Vec<Reason>,
    },
    /// A convention begins.
    ConventionStarted {
        /// Its number.
        number: u8,
        /// Its name.
        name: String,
    },
    /// A convention had nothing to do.
    ConventionSkipped {
        /// Its number.
        number: u8,
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
    /// A convention is done.
    ConventionEnded {
        /// Its number.
        number: u8,
        /// Its name.
        name: String,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
        /// Whether it did what it should.
        succeeded: bool,
    },
    /// Extraction goes on. For displays only: not recorded. A deployment that was begun with
    /// [`begin`](crate::begin()) unpacks before it starts, so that these come before [`Started`](Self::Started).
    ExtractionProgress {
        /// Bytes of the package that were read.
        package_bytes_read: u64,
        /// Bytes of the package.
        package_bytes_total: u64,
        /// Entries extracted.
        entries: u64,
    },
    /// The package is extracted.
    Extracted {
        /// The extraction folder.
        folder: PathBuf,
        /// Files, folders and links.
        entries: u64,
        /// Bytes of all files.
        bytes: u64,
    },
    /// A hook begins.
    HookStarted {
        /// The hook.
        hook: HookName,
        /// The digest of its module.
        sha256: String,
        /// Who vouches for it, by a signature that counts.
        signers: Vec<String>,
        /// The names of the variables that it was given.
        variables: Vec<String>,
    },
    /// The hook's worker is behind its walls.
    HookConfined {
        /// The hook.
        hook: HookName,
        /// The walls.
        walls: Walls,
    },
    /// A hook printed a line.
    HookLine {
        /// The hook.
        hook: HookName,
        /// Where it was printed.
        stream: OutputStream,
        /// How important it is.
        level: LogLevel,
        /// The line.
        text: String,
        /// Whether the rest of it was cut off.
        truncated: bool,
    },
    /// A hook logged a message.
    HookLog {
        /// The hook.
        hook: HookName,
        /// How important it is.
        level: LogLevel,
        /// The message, of one line or more.
        message: String,
    },
    /// A hook told how far it is.
    HookProgress {
        /// The hook.
        hook: HookName,
        /// From 0 to 100.
        percent: u8,
        /// What it is doing.
        message: String,
    },
    /// A hook set an output variable.
    Output {
        /// The hook.
        hook: HookName,
        /// The variable's name.
        name: String,
        /// Its value; `***` if it is sensitive.
        value: String,
        /// Whether it is sensitive.
        sensitive: bool,
    },
    /// A hook used a capability.
    CapabilityUsed {
        /// The hook.
        hook: HookName,
        /// The capability.
        capability: Capability,
    },
    /// A hook was refused something.
    CapabilityRefused {
        /// The hook.
        hook: HookName,
        /// What it asked for.
        asked: String,
        /// Why it did not get it.
        why: String,
    },
    /// An HTTP request was made for a hook, and came to an end.
    HttpRequested {
        /// The hook.
        hook: HookName,
        /// What came of it.
        exchange: HttpExchange,
    },
    /// A hook sent a service message that Cofferdam does not know.
    UnknownServiceMessage {
        /// The hook.
        hook: HookName,
        /// The message's name.
        name: String,
        /// Its attributes.
        attributes: Vec<(String, String)>,
    },
    /// A hook ended.
    HookEnded {
        /// The hook.
        hook: HookName,
        /// Whether it succeeded.
        succeeded: bool,
        /// What the run took; none if there was no run.
        report: Option<HookReport>,
        /// What it changed in its enclosure.
        changes: Vec<Change>,
    },
    /// A hook that succeeded did not use all that policy granted it beyond the default.
    GrantUnused {
        /// The hook.
        hook: HookName,
        /// What it did not use, as far as that can be known.
        unused: Vec<Capability>,
    },
    /// An artifact of a hook was kept.
    ArtifactKept {
        /// The hook.
        hook: HookName,
        /// Its name.
        name: String,
        /// Where it is now.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
        /// The digest of its content.
        sha256: String,
    },
    /// Hooks of the package were deleted after they ran.
    HookFilesDeleted {
        /// Their names.
        names: Vec<String>,
    },
    /// Something that people should know.
    Message {
        /// How important it is.
        level: LogLevel,
        /// The message.
        text: String,
    },
    /// Something failed, and the remaining conventions will not run.
    Failed {
        /// The convention's number.
        convention: u8,
        /// The convention's name.
        name: String,
        /// What failed.
        error: String,
        /// What to do about it.
        hint: Option<String>,
    },
    /// An old deployment's folder was removed.
    Retired {
        /// The deployment.
        retired: Uuid,
        /// Its folder, below the root.
        folder: String,
    },
    /// The deployment ended.
    Ended {
        /// How.
        status: Status,
        /// How long it took, in milliseconds.
        elapsed_ms: u64,
    },
}

impl EventKind {
    /// Whether it is for those who watch only, and not for any record.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Preparing { .. } | Self::ExtractionProgress { .. })
    }

    /// The name that it is serialised with, for records.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Preparing { .. } => "preparing",
            Self::Rejected { .. } => "rejected",
            Self::Waiting { .. } => "waiting",
            Self::Started { .. } => "started",
            Self::Interrupted { .. } => "interrupted",
            Self::Decided { .. } => "decided",
            Self::ConventionStarted { .. } => "convention-started",
            Self::ConventionSkipped { .. } => "convention-skipped",
            Self::ConventionEnded { .. } => "convention-ended",
            Self::ExtractionProgress { .. } => "extraction-progress",
            Self::Extracted { .. } => "extracted",
            Self::HookStarted { .. } => "hook-started",
            Self::HookConfined { .. } => "hook-confined",
            Self::HookLine { .. } => "hook-line",
            Self::HookLog { .. } => "hook-log",
            Self::HookProgress { .. } => "hook-progress",
            Self::Output { .. } => "output",
            Self::CapabilityUsed { .. } => "capability-used",
            Self::CapabilityRefused { .. } => "capability-refused",
            Self::HttpRequested { .. } => "http-requested",
            Self::UnknownServiceMessage { .. } => "unknown-service-message",
            Self::HookEnded { .. } => "hook-ended",
            Self::GrantUnused { .. } => "grant-unused",
            Self::ArtifactKept { .. } => "artifact-kept",
            Self::HookFilesDeleted { .. } => "hook-files-deleted",
            Self::Message { .. } => "message",
            Self::Failed { .. } => "failed",
            Self::Retired { .. } => "retired",
            Self::Ended { .. } => "ended",
        }
    }
}
