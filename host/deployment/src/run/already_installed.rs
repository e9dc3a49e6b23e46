//! Convention 1: stop if this version is installed already. Convention 2: make sure of the package.

use cofferdam_sandbox::LogLevel;

use super::run::Run;
use crate::journal::{EntryStatus, Scope};
use crate::{Failure, Status};

impl Run<'_, '_> {
    /// Compares with the latest deployment of the same scope.
    pub(super) fn already_installed(&mut self) -> Result<(), Failure> {
        let scope = Scope {
            package_id: self.plan.package.id.clone(),
            environment: self.settings.environment.clone(),
            tenant: self.settings.tenant.clone(),
            policy_set: self.settings.policy_set.clone(),
        };
        let Some(journal) = &self.journal else { return Ok(()) };
        let Some(latest) = journal.previous(&scope)?.latest else { return Ok(()) };
        let version = &self.plan.package.version;
        if !latest.package_version.eq_ignore_ascii_case(version) {
            return Ok(());
        }
        let package = format!("{} {version}", self.plan.package.id);
        if latest.status != EntryStatus::Succeeded || latest.folder_removed {
            let why = "its last deployment did not succeed or was removed";
            return self.say(LogLevel::Info, format!("{package} is deployed again: {why}"));
        }
        self.folder = Some(latest.folder.clone());
        self.stop = Some(Status::AlreadyInstalled);
        let folder = self.plan.root.join(&latest.folder);
        let message = format!("{package} is installed already, in `{}`", folder.display());
        self.say(LogLevel::Info, message)
    }

    /// The package was opened and read to its end when it was planned, and the same open file is
    /// extracted: there is nothing to fetch. That the digest is the planned one is checked while it
    /// is extracted.
    pub(super) fn acquire(&mut self) -> Result<(), Failure> {
        self.check_free_space()
    }
}
