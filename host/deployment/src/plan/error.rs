//! Why there is no plan.

use std::io;
use std::path::PathBuf;

use cofferdam_audit::{EnvelopeError, SignatureError};
use cofferdam_package::{ExtractError, IdentityError, OpenError};
use cofferdam_policy::InvalidManifest;
use cofferdam_sandbox::PrepareError;
use cofferdam_variables::EvaluateError;

use crate::{FolderError, Refusals, Stage};

/// Why there is no plan. Nothing was touched; what [`begin`](crate::begin()) unpacked is removed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// The package cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The package cannot be extracted.
    #[error("the package `{package}` cannot be extracted: {source}")]
    Package {
        /// The package's file name.
        package: String,
        /// Why.
        source: ExtractError,
    },
    /// Nobody can tell who the package is.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A variable.
    #[error(transparent)]
    Evaluate(#[from] EvaluateError),
    /// A name that no folder can have.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Two hooks for one stage.
    #[error("the package has two hooks for {stage}, `{first}` and `{second}`; remove one of them")]
    TwoHooks {
        /// The stage.
        stage: Stage,
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// A hook's file cannot be read.
    #[error("the hook `{}` cannot be read: {source}", .path.display())]
    ReadHook {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A hook that cannot run.
    #[error("the {stage} hook cannot run: {source}")]
    Prepare {
        /// The stage.
        stage: String,
        /// Why.
        source: Box<PrepareError>,
    },
    /// Policy says no.
    #[error(transparent)]
    Refused(Refusals),
    /// A hook's manifest.
    #[error("a hook's manifest cannot be used: {0}")]
    Manifest(Box<InvalidManifest>),
    /// An enabled feature that nothing serves.
    #[error(
        "the feature `{feature}` is enabled and is not available here; disable it, or put its hooks \
         (`{feature}_<Stage>.wasm`) in the folder of `--features-dir`"
    )]
    Feature {
        /// The feature.
        feature: String,
    },
    /// No catalogue of features where the settings say that it is.
    #[error(
        "the catalogue of features `{}` is not a folder; correct `--features-dir`", .folder.display()
    )]
    Catalogue {
        /// Where it should be.
        folder: PathBuf,
    },
    /// Convention 16.
    #[error(
        "`Octopus.Action.Package.UpdateIisWebsite` is set, and Cofferdam cannot change IIS web sites; remove it"
    )]
    Iis,
    /// A custom installation folder at a place that cannot be.
    #[error("the custom installation folder `{}` {why}", .folder.display())]
    Installation {
        /// The folder.
        folder: PathBuf,
        /// Why it cannot be.
        why: &'static str,
    },
    /// A trusted signer signed something else.
    #[error("{what} is not what was signed: `{signature}` is {verdict}")]
    Altered {
        /// The package, or a hook.
        what: String,
        /// The name of the signature file.
        signature: String,
        /// Who signed, and what does not fit.
        verdict: String,
    },
    /// A signature that cannot be checked.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// What a trusted signer signed cannot be understood.
    #[error("the signed statement in `{signature}` cannot be used: {source}")]
    Statement {
        /// The name of the signature file.
        signature: String,
        /// What is wrong with it.
        source: EnvelopeError,
    },
    /// A saved plan that does not hold any more.
    #[error("the plan does not hold any more:\n{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Changed(Vec<crate::Difference>),
}

impl PlanError {
    /// What to do about it, when there is something that the error does not say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Prepare { source, .. } => source.hint(),
            Self::Refused(refusals) => refusals
                .smallest_permits()
                .map(|permits| format!("the smallest statement that would allow it:\n{permits}")),
            Self::Changed(_) => {
                Some("look at the differences, and make a new plan if they are meant".to_owned())
            }
            Self::Altered { .. } => Some(
                "do not use it; get it again from where it was signed. No policy can permit this: \
                 remove the signature file only if you know why it is wrong"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}
