//! Convention 20 and the end of a deployment, however it comes.

use std::path::Path;

use cofferdam_sandbox::LogLevel;
use time::OffsetDateTime;

use super::run::Run;
use super::sync::sync_file_system;
use crate::journal::{Ending, EntryStatus};
use crate::retention::{self, remove_folder};
use crate::{EventKind, Failure, FailureReport, Outcome, Stage, Status};

impl Run<'_, '_> {
    /// Convention 20: everything is on the disk before the journal says that it succeeded, and old
    /// deployments go only after that.
    pub(super) fn conclude(&mut self) -> Result<(), Failure> {
        self.delete_package_hooks(Stage::DeployFailed)?;
        self.sync()?;
        self.end_in_journal(EntryStatus::Succeeded, None)?;
        self.retire()
    }

    /// Ends: journal, and the last event. Called once, after everything else.
    pub(super) fn finish(mut self, failed: Option<FailureReport>) -> Outcome {
        let status = match &failed {
            None => self.stop.unwrap_or(Status::Succeeded),
            Some(report) if report.failure.is_cancellation() => Status::Cancelled,
            Some(_) => Status::Failed,
        };
        let failed = match (status, failed) {
            (Status::SkippedRemaining, None) => self.finish_early(),
            (_, failed) => failed,
        };
        if let Some(report) = &failed {
            self.finish_failed(report);
        }
        let status = match (status, &failed) {
            (Status::SkippedRemaining, Some(_)) => Status::Failed,
            (status, _) => status,
        };
        let elapsed = OffsetDateTime::now_utc() - self.started;
        let elapsed_ms = u64::try_from(elapsed.whole_milliseconds()).unwrap_or(0);
        // Whoever cannot record the end has recorded everything that was done.
        let _ = self.reporter.report(EventKind::Ended { status, elapsed_ms });
        self.into_outcome(status, failed)
    }

    /// A deployment whose remaining conventions were skipped is a success on record.
    fn finish_early(&mut self) -> Option<FailureReport> {
        let result = self.sync().and_then(|()| self.end_in_journal(EntryStatus::Succeeded, None));
        let convention = &crate::CONVENTIONS[19];
        result.err().map(|failure| self.fail(convention, failure))
    }

    fn finish_failed(&mut self, report: &FailureReport) {
        let is_incomplete = self.enclosure.is_none();
        if let (false, false, Some(folder)) =
            (self.settings.keep_failed_folder, is_incomplete || self.folder_removed, &self.folder)
        {
            // It stays in the journal, and retention will try again.
            self.folder_removed = remove_folder(&self.root, &self.settings.root, folder).is_ok();
        }
        let status = if report.failure.is_cancellation() {
            EntryStatus::Cancelled
        } else {
            EntryStatus::Failed
        };
        let recorded = self.end_in_journal(status, Some(&report.message));
        if let Err(error) = recorded {
            // The journal still says that it runs; the next deployment will report an interruption.
            let text = format!("the failure could not be recorded: {error}");
            let _ = self.say(LogLevel::Error, text);
        }
    }

    fn sync(&mut self) -> Result<(), Failure> {
        // What nobody keeps need not be on the disk.
        if self.scenery.is_some() {
            return Ok(());
        }
        let io = |path: &Path| Failure::io("write to the disk what is below", path);
        sync_file_system(&self.root).map_err(io(&self.settings.root))?;
        match (&self.enclosure, self.is_installed_elsewhere) {
            (Some(enclosure), true) => {
                sync_file_system(enclosure.dir()).map_err(io(enclosure.path()))
            }
            _ => Ok(()),
        }
    }

    fn end_in_journal(
        &mut self,
        status: EntryStatus,
        failure: Option<&str>,
    ) -> Result<(), Failure> {
        let (Some(journal), true) = (&mut self.journal, self.is_in_journal) else { return Ok(()) };
        journal.end(
            self.id,
            &Ending {
                ended: OffsetDateTime::now_utc(),
                status,
                failure,
                folder_removed: self.folder_removed,
                hooks: &self.hooks,
                artifacts: &self.artifacts,
            },
        )?;
        // What is recorded as succeeded is not recorded again as failed.
        self.is_in_journal = status != EntryStatus::Succeeded;
        Ok(())
    }

    /// Removes old deployments. That one of them cannot be removed is no failure of this one.
    fn retire(&mut self) -> Result<(), Failure> {
        let rule = self.settings.retention;
        let (Some(journal), false) = (&mut self.journal, rule.keeps_everything()) else {
            return Ok(());
        };
        let retired = &mut self.retired;
        let already = retired.len();
        let (root, path) = (&self.root, &self.settings.root);
        let now = OffsetDateTime::now_utc();
        let result = retention::apply(journal, root, path, rule, now, &mut |gone| {
            retired.push(gone.clone());
        });
        let gone: Vec<_> = self.retired[already..].to_vec();
        for gone in gone {
            self.reporter.report(EventKind::Retired { retired: gone.id, folder: gone.folder })?;
        }
        match result {
            Ok(()) => Ok(()),
            Err(error) => self.say(LogLevel::Warning, format!("an old deployment stays: {error}")),
        }
    }
}
