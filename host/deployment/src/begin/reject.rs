//! Puts on record that there is no plan, or another one than was saved.

use std::path::Path;

use super::begun;
use crate::reporter::{Reporter, Told};
use crate::{Deployment, EventKind, Observer, Plan, PlanError, RunError};

/// The package that is not deployed.
pub(super) struct RejectedPackage {
    pub(super) id: String,
    pub(super) version: String,
    /// None if the package was not read to its end.
    pub(super) sha256: Option<String>,
}

impl RejectedPackage {
    /// A package of which nothing is known but its file.
    pub(super) fn unread(path: &Path) -> Self {
        let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { id, version: String::new(), sha256: None }
    }
}

/// Tells the observers that a deployment ends before it did anything.
pub(super) fn reject(
    told: Told,
    package: RejectedPackage,
    error: &PlanError,
    observers: &mut [&mut dyn Observer],
) -> Result<(), RunError> {
    let refusals = match error {
        PlanError::Refused(refusals) => refusals.iter().cloned().collect(),
        _ => Vec::new(),
    };
    let mut observers = begun::again(observers);
    let mut reporter = Reporter::new(told, &mut observers);
    reporter.report(EventKind::Rejected {
        package_id: package.id,
        package_version: package.version,
        package_sha256: package.sha256,
        error: error.to_string(),
        hint: error.hint(),
        refusals,
    })?;
    Ok(())
}

impl Deployment<'_> {
    /// This deployment, if it is what a saved plan says.
    ///
    /// # Errors
    /// [`PlanError::Changed`] as [`RunError::Plan`]; the observers are told that, too, as
    /// [`EventKind::Rejected`].
    pub fn held_to(
        self,
        saved: &Plan,
        observers: &mut [&mut dyn Observer],
    ) -> Result<Self, RunError> {
        let Err(error) = saved.check_unchanged(&self.plan) else { return Ok(self) };
        if let Some(begun) = &self.begun {
            let package = &self.plan.package;
            let package = RejectedPackage {
                id: package.id.clone(),
                version: package.version.clone(),
                sha256: Some(package.sha256.to_string()),
            };
            reject(begun.told.clone(), package, &error, observers)?;
        }
        Err(RunError::Plan(error))
    }
}
