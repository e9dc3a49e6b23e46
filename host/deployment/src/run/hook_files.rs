//! The package's own hook files: checked just before they run, deleted afterwards.

use std::io::{self, Read as _};

use cap_fs_ext::{FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::fs::{Dir, OpenOptions};
use cofferdam_sandbox::LogLevel;
use sha2::{Digest as _, Sha256};

use super::run::Run;
use crate::plan::belongs_to_hook_of;
use crate::{ConventionKind, EventKind, Failure, HookSource, PlannedHook, Stage};

impl Run<'_, '_> {
    /// Makes sure that a package's hook still is what was planned. What runs is the module that was
    /// prepared then; but a deployment whose folder says something else is not to be trusted.
    pub(super) fn check_file(&self, planned: &PlannedHook) -> Result<(), Failure> {
        let (HookSource::Package, Some(enclosure)) = (planned.source, &self.enclosure) else {
            return Ok(());
        };
        let changed = |what| Failure::HookChanged {
            stage: planned.stage.clone(),
            name: planned.name.clone(),
            what,
        };
        match digest(enclosure.dir(), &planned.name, planned.bytes) {
            Ok(Some(sha256)) if sha256 == planned.sha256 => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(changed("removed")),
            Ok(_) => Err(changed("changed")),
            // A link in its place, for example.
            Err(_) => Err(changed("replaced")),
        }
    }

    /// Deletes the package's hooks of a stage, if they are to be deleted. What cannot be deleted is
    /// no failure: people are told.
    pub(super) fn delete_hook_files(
        &mut self,
        stage: Option<Stage>,
        kind: ConventionKind,
    ) -> Result<(), Failure> {
        match (stage, kind) {
            (Some(stage), ConventionKind::Hooks { .. }) if self.settings.run_package_hooks => {
                self.delete_package_hooks(stage)
            }
            _ => Ok(()),
        }
    }

    /// Deletes the package's hooks of a stage, and their signatures, from the present folder.
    pub(super) fn delete_package_hooks(&mut self, stage: Stage) -> Result<(), Failure> {
        let (true, Some(enclosure)) = (self.settings.delete_hooks, &self.enclosure) else {
            return Ok(());
        };
        let path = enclosure.path().to_owned();
        let look = || Failure::io("look at", &path);
        let (mut deleted, mut problems) = (Vec::new(), Vec::new());
        for entry in enclosure.dir().entries().map_err(look())? {
            let name = entry.map_err(look())?.file_name().to_string_lossy().into_owned();
            if !belongs_to_hook_of(&name, stage) {
                continue;
            }
            match enclosure.dir().remove_file(&name) {
                Ok(()) => deleted.push(name),
                Err(error) => problems.push(format!("`{name}` cannot be deleted: {error}")),
            }
        }
        for problem in problems {
            self.say(LogLevel::Warning, problem)?;
        }
        if deleted.is_empty() {
            return Ok(());
        }
        deleted.sort_unstable();
        deleted.iter().for_each(|name| self.snapshot.forget(name));
        Ok(self.reporter.report(EventKind::HookFilesDeleted { names: deleted })?)
    }
}

/// The digest of a file in the folder itself, not of what a link leads to; `None` if it is longer
/// than planned.
fn digest(folder: &Dir, name: &str, planned_bytes: u64) -> io::Result<Option<String>> {
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No);
    let file = folder.open_with(name, &options)?;
    let mut bytes = Vec::new();
    file.take(planned_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > planned_bytes {
        return Ok(None);
    }
    Ok(Some(hex::encode(Sha256::digest(&bytes))))
}
