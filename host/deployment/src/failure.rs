//! `Failure`: why a deployment failed; `RunError`: why it did not begin.

use std::io;
use std::path::{Path, PathBuf};

use cofferdam_package::{ExtractError, Sha256Digest};
use cofferdam_policy::Refusal;
use cofferdam_sandbox::{EnclosureError, HookError};
use cofferdam_variables::EvaluateError;

use crate::{FolderError, JournalError, LockError, ObserverError, PlanError};

/// Why a deployment did not begin. Nothing was touched but the root's own folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// There is no plan for it.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The operator interrupted it.
    #[error("the deployment was cancelled before it began")]
    Cancelled,
    /// The root.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Another deployment.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record that must be written.
    #[error(transparent)]
    Observer(#[from] ObserverError),
}

/// Why a deployment failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The operator interrupted it.
    #[error("the deployment was cancelled")]
    Cancelled,
    /// The package could not be extracted. What was extracted is removed.
    #[error("the package cannot be extracted: {0}")]
    Extract(#[from] ExtractError),
    /// The package is not the one that was planned.
    #[error(
        "the package's digest is {found}, and {planned} was planned; it was changed in the meantime"
    )]
    PackageChanged {
        /// What was planned.
        planned: Sha256Digest,
        /// What was extracted.
        found: Sha256Digest,
    },
    /// The disk is too full.
    #[error(
        "`{}` has {} MiB free, and {} MiB are needed; make room, or set `free-disk-space-mib`",
        .root.display(), .free_bytes >> 20, .needed_bytes >> 20
    )]
    FreeSpace {
        /// The root.
        root: PathBuf,
        /// Bytes that are free.
        free_bytes: u64,
        /// Bytes that are needed.
        needed_bytes: u64,
    },
    /// A hook did not succeed.
    #[error("the {stage} hook `{name}` failed: {source}")]
    Hook {
        /// The stage.
        stage: String,
        /// The hook.
        name: String,
        /// Why.
        source: Box<HookError>,
    },
    /// A hook printed on standard error, which is a failure here.
    #[error(
        "the {stage} hook `{name}` printed on standard error, and `fail-on-error-output` is set"
    )]
    ErrorOutput {
        /// The stage.
        stage: String,
        /// The hook.
        name: String,
    },
    /// A hook's file is not the one that was planned.
    #[error(
        "the {stage} hook `{name}` is not the file that was planned: an earlier hook {what} it"
    )]
    HookChanged {
        /// The stage.
        stage: String,
        /// The hook.
        name: String,
        /// What was done to it: `changed`, `removed`.
        what: &'static str,
    },
    /// Policy answers otherwise than when the plan was made.
    #[error("policy grants the {stage} hook `{name}` something else than was planned")]
    GrantChanged {
        /// The stage.
        stage: String,
        /// The hook.
        name: String,
    },
    /// Policy refuses.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// A variable.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The folder that hooks work in.
    #[error(transparent)]
    Enclosure(#[from] EnclosureError),
    /// A link that would lead out of the custom installation folder.
    #[error(
        "the link `{path}` leads to `{target}`, out of the folder, and is not copied; remove it in PreDeploy"
    )]
    Link {
        /// The link, below the extraction folder.
        path: String,
        /// Where it leads.
        target: String,
    },
    /// A pattern that cannot be understood.
    #[error("the purge exclusion `{pattern}` cannot be used: {why}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something that the operating system refused.
    #[error("cannot {doing} `{}`: {source}", .path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A record that must be written: nothing further is done.
    #[error(transparent)]
    Record(#[from] ObserverError),
}

impl Failure {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }

    /// What to do about it, when there is something that the error does not say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Hook { source, .. } => source.hint(),
            Self::Refused(refusal) => refusal
                .smallest_permit
                .as_ref()
                .map(|permit| format!("the smallest statement that would allow it:\n{permit}")),
            _ => None,
        }
    }

    /// Whether the operator interrupted the deployment.
    #[must_use]
    pub fn is_cancellation(&self) -> bool {
        match self {
            Self::Cancelled | Self::Extract(ExtractError::Cancelled) => true,
            Self::Hook { source, .. } => matches!(**source, HookError::Cancelled),
            _ => false,
        }
    }
}
