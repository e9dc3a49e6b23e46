//! Convention 3: extract the package to a fresh folder.

use cap_std::fs::Dir;
use cofferdam_package::{Extraction, extract};
use cofferdam_sandbox::Enclosure;

use super::hand_over::hand_over;
use super::run::Run;
use crate::begin::{Unpacked, report_progress};
use crate::derived;
use crate::journal::Beginning;
use crate::retention::remove_folder;
use crate::{EventKind, Failure, FolderError, PlannedPackage};

impl Run<'_, '_> {
    /// Records the deployment, then gives it its folder with the package in it. What fails here leaves no
    /// folder.
    pub(super) fn extract(&mut self) -> Result<(), Failure> {
        let root = self.settings.root.clone();
        let parent = self.materials.folders.open_parent(&self.root, &root)?;
        let name = self.materials.folders.next_name(&parent, &root)?;
        let folder = self.materials.folders.relative_of(&name);
        let unpacked = self.unpacked.take();
        self.begin_in_journal(&folder, unpacked.is_some())?;
        let path = root.join(&folder);
        let is_there = match unpacked {
            Some(unpacked) => self.move_to_its_place(unpacked, &parent, &name)?,
            None => false,
        };
        if !is_there {
            // Fails if it exists: under the lock nobody but a stranger can have made it.
            parent.create_dir(&name).map_err(FolderError::io("create the folder", &path))?;
        }
        self.folder = Some(folder.clone());
        let result = self.fill(&parent, &name, is_there);
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

    /// Moves the package that was unpacked for planning to its place. Where that is another file system
    /// (something is mounted below the root), the package will have to be extracted there.
    fn move_to_its_place(
        &mut self,
        unpacked: Unpacked,
        parent: &Dir,
        name: &str,
    ) -> Result<bool, Failure> {
        self.unpacked_ms = unpacked.elapsed_ms;
        let is_there = unpacked.staged.move_to(parent, name)?;
        if let (false, Some(journal)) = (is_there, &mut self.journal) {
            journal.extracted(self.id, false)?;
        }
        Ok(is_there)
    }

    fn fill(&mut self, parent: &Dir, name: &str, is_there: bool) -> Result<(), Failure> {
        let path = self.folder_path().unwrap_or_default();
        let dir = parent.open_dir(name).map_err(FolderError::io("open the folder", &path))?;
        if !is_there {
            let found = self.unpack(&dir)?.package_sha256;
            let planned = self.plan.package.sha256;
            if found != planned {
                return Err(Failure::PackageChanged { planned, found });
            }
        }
        hand_over(&dir, self.services.runner.worker_user())
            .map_err(Failure::io("change the owner of what is in", &path))?;
        self.enclosure = Some(Enclosure::from_dir(dir, path.clone()));
        self.look_at_enclosure()?;
        if let (Some(journal), true, false) = (&mut self.journal, self.is_in_journal, is_there) {
            journal.extracted(self.id, true)?;
        }
        let path = self.told(&path);
        let shown = path.to_string_lossy().into_owned();
        self.set(derived::ORIGINAL_FOLDER, shown.clone());
        self.set_installation_folder(&shown);
        self.set_result(derived::EXTRACTED_FILES, &self.materials.files.to_string());
        let PlannedPackage { entries, unpacked_bytes: bytes, .. } = self.plan.package;
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
        let limits = &self.settings.extract_limits;
        let archive = &self.materials.archive;
        Ok(report_progress(&mut self.reporter, &self.cancel, |progress, stop| {
            extract(archive, dir, limits, progress, stop)
        })??)
    }

    fn begin_in_journal(&mut self, folder: &str, extracted: bool) -> Result<(), Failure> {
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
            extracted,
            installation_folder: self.plan.installation.as_ref().map(|i| i.folder.clone().into()),
        })?;
        self.is_in_journal = true;
        Ok(())
    }
}
