//! Convention 1: stop if this version is installed already. Convention 2: make sure of the package.

use cofferdam_sandbox::LogLevel;

use super::run::Run;
use super::start::scope;
use crate::journal::{Entry, EntryStatus};
use crate::{Failure, Status};

/// Whether the latest deployment of a package installed this version, and it still is there.
pub(crate) fn is_installed(latest: &Entry, version: &str) -> bool {
    let is_same = latest.package_version.eq_ignore_ascii_case(version);
    is_same && latest.status == EntryStatus::Succeeded && !latest.folder_removed
}

impl Run<'_, '_> {
    /// Compares with the latest deployment of the same scope.
    pub(super) fn already_installed(&mut self) -> Result<(), Failure> {
        let scope = scope(&self.settings, self.plan.package.id.clone());
        let Some(journal) = &self.journal else { return Ok(()) };
        let Some(latest) = journal.previous(&scope)?.latest else { return Ok(()) };
        let version = &self.plan.package.version;
        if !latest.package_version.eq_ignore_ascii_case(version) {
            return Ok(());
        }
        let package = format!("{} {version}", self.plan.package.id);
        if !is_installed(&latest, version) {
            let why = "its last deployment did not succeed or was removed";
            return self.say(LogLevel::Info, format!("{package} is deployed again: {why}"));
        }
        self.folder = Some(latest.folder.clone());
        self.stop = Some(Status::AlreadyInstalled);
        let folder = self.plan.root.join(&latest.folder);
        let message = format!("{package} is installed already, in `{}`", folder.display());
        self.say(LogLevel::Info, message)
    }

    /// The package was opened and read to its end when it was planned: there is nothing to fetch. If it
    /// was not unpacked then, the same open file is extracted now, and its digest checked again.
    pub(super) fn acquire(&mut self) -> Result<(), Failure> {
        self.check_free_space()
    }
}
