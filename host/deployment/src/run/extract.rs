//! Convention 3: extract the package to a fresh folder.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cap_std::fs::Dir;
use cofferdam_package::{EntryKind, Extraction, Progress, extract};
use cofferdam_sandbox::{CancelToken, Enclosure};

use super::hand_over::hand_over;
use super::run::Run;
use crate::derived;
use crate::journal::Beginning;
use crate::retention::remove_folder;
use crate::{EventKind, Failure, FolderError};

/// Displays want to know how far extraction is a few times a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How soon a cancelled extraction notices.
const CANCEL_EVERY: Duration = Duration::from_millis(50);

impl Run<'_, '_> {
    /// Records the deployment, then makes its folder and fills it. What fails here leaves no folder.
    pub(super) fn extract(&mut self) -> Result<(), Failure> {
        let root = self.settings.root.clone();
        let parent = self.materials.folders.open_parent(&self.root, &root)?;
        let name = self.materials.folders.next_name(&parent, &root)?;
        let folder = self.materials.folders.relative_of(&name);
        self.begin_in_journal(&folder)?;
        let path = root.join(&folder);
        // Fails if it exists: under the lock nobody but a stranger can have made it.
        parent.create_dir(&name).map_err(FolderError::io("create the folder", &path))?;
        self.folder = Some(folder.clone());
        let result = self.fill(&parent, &name);
        if result.is_err() {
            match remove_folder(&self.root, &root, &folder) {
                Ok(()) => self.folder_removed = true,
                Err(error) => {
                    self.say(cofferdam_sandbox::LogLevel::Warning, error.to_string())?;
                }
            }
        }
        result
    }

    fn fill(&mut self, parent: &Dir, name: &str) -> Result<(), Failure> {
        let path = self.folder_path().unwrap_or_default();
        let dir = parent.open_dir(name).map_err(FolderError::io("open the folder", &path))?;
        let extraction = self.unpack(&dir)?;
        let planned = self.plan.package.sha256;
        if extraction.package_sha256 != planned {
            return Err(Failure::PackageChanged { planned, found: extraction.package_sha256 });
        }
        hand_over(&dir, self.services.runner.worker_user())
            .map_err(Failure::io("change the owner of what is in", &path))?;
        self.enclosure = Some(Enclosure::from_dir(dir, path.clone()));
        self.look_at_enclosure()?;
        if let (Some(journal), true) = (&mut self.journal, self.is_in_journal) {
            journal.extracted(self.id)?;
        }
        let files = extraction.manifest.files.iter();
        let files = files.filter(|entry| matches!(entry.kind, EntryKind::File { .. })).count();
        let path = self.told(&path);
        let shown = path.to_string_lossy().into_owned();
        self.set(derived::ORIGINAL_FOLDER, shown.clone());
        self.set_installation_folder(&shown);
        self.set_result(derived::EXTRACTED_FILES, &files.to_string());
        let (entries, bytes) = (extraction.entries, extraction.bytes);
        Ok(self.reporter.report(EventKind::Extracted { folder: path, entries, bytes })?)
    }

    /// Where the files are, under both of the names that Octopus gives it.
    pub(super) fn set_installation_folder(&mut self, path: &str) {
        self.set_result(derived::INSTALLATION_FOLDER, path);
        self.set_result(derived::INSTALLATION_FOLDER_OLD, path);
    }

    /// Sets what Octopus calls an output variable of the step itself.
    pub(super) fn set_result(&mut self, name: &str, value: &str) {
        for name in self.output_names(name) {
            self.set(&name, value);
        }
    }

    fn unpack(&mut self, dir: &Dir) -> Result<Extraction, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let reporter = &mut self.reporter;
        let mut shown: Option<Instant> = None;
        let mut reported = Ok(());
        let mut progress = |progress: Progress| {
            if shown.is_some_and(|shown| shown.elapsed() < PROGRESS_EVERY) || reported.is_err() {
                return;
            }
            shown = Some(Instant::now());
            reported = reporter.report(EventKind::ExtractionProgress {
                package_bytes_read: progress.package_bytes_read,
                package_bytes_total: progress.package_bytes_total,
                entries: progress.entries,
            });
        };
        let limits = &self.settings.extract_limits;
        let archive = &self.materials.archive;
        let result = with_cancel(&self.cancel, &stop, || {
            extract(archive, dir, limits, &mut progress, &stop)
        });
        reported?;
        Ok(result?)
    }

    fn begin_in_journal(&mut self, folder: &str) -> Result<(), Failure> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let package_file = std::path::absolute(&self.settings.package)
            .unwrap_or_else(|_| self.settings.package.clone());
        journal.begin(&Beginning {
            id: self.id,
            started: self.started,
            package_id: self.plan.package.id.clone(),
            package_version: self.plan.package.version.clone(),
            package_sha256: self.plan.package.sha256.to_string(),
            package_signers: self.plan.signers(),
            package_file,
            environment: self.settings.environment.clone(),
            tenant: self.settings.tenant.clone(),
            policy_set: self.settings.policy_set.clone(),
            machine: self.settings.machine.clone(),
            operator: self.settings.operator.clone(),
            plan_sha256: self.plan.sha256(),
            policy_digest: self.plan.policy_digest.clone(),
            folder: folder.to_owned(),
            installation_folder: self.plan.installation.as_ref().map(|i| i.folder.clone().into()),
        })?;
        self.is_in_journal = true;
        Ok(())
    }
}

/// Throws `stop` when `cancel` is thrown while `work` runs.
fn with_cancel<T>(cancel: &CancelToken, stop: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    let done = Arc::new(AtomicBool::new(false));
    let watcher = std::thread::spawn({
        let (cancel, stop, done) = (cancel.clone(), Arc::clone(stop), Arc::clone(&done));
        move || {
            while !done.load(Ordering::SeqCst) {
                if cancel.is_cancelled() {
                    stop.store(true, Ordering::SeqCst);
                    return;
                }
                std::thread::park_timeout(CANCEL_EVERY);
            }
        }
    });
    let result = work();
    done.store(true, Ordering::SeqCst);
    watcher.thread().unpark();
    // The watcher cannot panic, and its end is all that is waited for.
    let _ = watcher.join();
    result
}
