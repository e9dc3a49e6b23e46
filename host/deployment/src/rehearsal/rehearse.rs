//! `Deployment::rehearse`: runs the hooks on copies.

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_sandbox::CancelToken;

use super::observer::Watcher;
use super::report::{Rehearsal, RehearsedHook};
use super::scenery::{Scenery, SceneryError};
use super::scratch::Scratch;
use super::stubs::StubLog;
use crate::{
    Deployment, Event, FolderDigestError, Observer, ObserverError, Outcome, RunError, Status,
    folder_digest,
};

/// Why there is no rehearsal. The target is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RehearseError {
    /// The copies.
    #[error(transparent)]
    Scenery(#[from] SceneryError),
    /// The deployment did not begin.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The folder that came of it.
    #[error(transparent)]
    Digest(#[from] FolderDigestError),
}

impl Deployment<'_> {
    /// Does what the plan says, on copies in `scratch`: the package is extracted, every hook runs in
    /// the sandbox under its grant, and observers see the same events as of a deployment. Root,
    /// journal, custom installation folder and the folders that hooks may write to stay as they
    /// are: hooks work on clones of them, and are told the real paths.
    ///
    /// `requests` are those that the hooks' broker noted, if that is one of
    /// [`Stubs`](crate::Stubs).
    ///
    /// # Errors
    /// [`RehearseError`], if it did not even begin. A deployment that would fail is a [`Rehearsal`].
    pub fn rehearse(
        mut self,
        scratch: &Scratch,
        requests: &StubLog,
        observers: &mut [&mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Rehearsal, RehearseError> {
        // Begun or not, it is run elsewhere.
        self.begun = None;
        let mut scenery =
            Scenery::set_up(scratch, requests, &self.plan, &mut self.settings, &self.materials)?
                .with_shadow(scratch)?;
        let mut watcher = Watcher::new();
        let mut all = All { observers, watcher: &mut watcher };
        let outcome = self.run_in(Some(&mut scenery), &mut [&mut all], cancel)?;
        rehearsal(&outcome, scenery, watcher)
    }
}

/// Everybody who wants to see the events, and the watcher.
struct All<'a, 'o> {
    observers: &'a mut [&'o mut dyn Observer],
    watcher: &'a mut Watcher,
}

impl Observer for All<'_, '_> {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        let mut result = self.watcher.observe(event);
        for observer in self.observers.iter_mut() {
            let observed = observer.observe(event);
            result = result.and(observed);
        }
        result
    }
}

fn rehearsal(
    outcome: &Outcome,
    scenery: Scenery,
    watcher: Watcher,
) -> Result<Rehearsal, RehearseError> {
    let folder = outcome.folder.as_deref().map(|path| scenery.told(path).display().to_string());
    let tree_digest = tree_digest(outcome, &scenery)?;
    let mut hooks: Vec<RehearsedHook> = watcher.hooks;
    for (hook, run) in hooks.iter_mut().zip(&outcome.runs) {
        hook.grant = Some(run.grant.clone());
    }
    for (hook, seen) in hooks.iter_mut().zip(scenery.seen) {
        (hook.diffs, hook.requests) = (seen.diffs, seen.requests);
    }
    // What the plan warns of stands in the plan.
    let mut notes = watcher.notes;
    notes.retain(|note| !outcome.plan.warnings.contains(note));
    Ok(Rehearsal {
        status: outcome.status,
        failure: watcher.failure,
        folder,
        tree_digest,
        hooks,
        retired: watcher.retired,
        notes,
    })
}

/// The digest of what the deployment left, if it got to its end.
fn tree_digest(outcome: &Outcome, scenery: &Scenery) -> Result<Option<String>, RehearseError> {
    if !matches!(outcome.status, Status::Succeeded | Status::SkippedRemaining) {
        return Ok(None);
    }
    let Some(path) = scenery.used_folder(outcome) else { return Ok(None) };
    let folder =
        Dir::open_ambient_dir(path, ambient_authority()).map_err(FolderDigestError::Read)?;
    Ok(Some(folder_digest(&folder)?.to_string()))
}
