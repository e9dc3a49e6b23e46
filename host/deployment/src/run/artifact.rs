//! Keeps an artifact that a hook handed in.

use cofferdam_capability::LimitName;
use cofferdam_sandbox::LogLevel;

use super::run::Run;
use crate::artifacts;
use crate::{EventKind, Failure, HookName, PlannedHook, STATE_FOLDER};

impl Run<'_, '_> {
    /// Copies it out. What cannot be kept is no failure: people are told.
    pub(super) fn keep_artifact(
        &mut self,
        hook: &HookName,
        planned: &PlannedHook,
        path: &str,
        name: &str,
    ) -> Result<(), Failure> {
        let Some(enclosure) = &self.enclosure else { return Ok(()) };
        let id = self.id.to_string();
        let folder = match &self.settings.artifacts_dir {
            Some(folder) => folder.join(&id),
            None => self.settings.root.join(STATE_FOLDER).join("artifacts").join(&id),
        };
        let max_bytes = planned.grant.limits().get(LimitName::ArtifactSize);
        // The name goes into records and file names, where a sensitive value must not stand.
        let name = self.reporter.mask(name);
        match artifacts::keep(enclosure.dir(), path, &name, &folder, max_bytes, &hook.name) {
            Ok(record) => {
                self.artifacts.push(record.clone());
                Ok(self.reporter.report(EventKind::ArtifactKept {
                    hook: hook.clone(),
                    name: record.name,
                    path: record.path,
                    size: record.size,
                    sha256: record.sha256,
                })?)
            }
            Err(error) => self.say(
                LogLevel::Warning,
                format!("the artifact `{name}` of the hook `{}` is not kept: {error}", hook.name),
            ),
        }
    }
}
