//! `Begun`: a deployment that has the root for itself.

use std::path::Path;

use cap_std::fs::Dir;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Masker, Value, VariableSet};
use time::OffsetDateTime;
use uuid::Uuid;

use super::staging::{self, Staged};
use crate::folders::{open_root, open_state_folder};
use crate::reporter::{Reporter, Told};
use crate::{EventKind, LockHolder, Observer, ObserverError, RootLock, RunError, Settings};

/// A deployment that has the root for itself, until this is dropped.
pub(crate) struct Begun {
    pub(crate) id: Uuid,
    pub(crate) started: OffsetDateTime,
    /// The package, if it is unpacked already. Goes before the lock does.
    pub(crate) unpacked: Option<Unpacked>,
    /// What observers were told.
    pub(crate) told: Told,
    /// Deployments that were found to have been killed while they unpacked.
    pub(crate) swept: Vec<Uuid>,
    pub(crate) root: Dir,
    pub(super) state: Dir,
    pub(crate) lock: RootLock,
}

/// A package that was unpacked.
pub(crate) struct Unpacked {
    pub(crate) staged: Staged,
    /// How long it took.
    pub(crate) elapsed_ms: u64,
}

impl Begun {
    /// Waits until the root is free, takes it, and removes what a killed process was unpacking.
    /// `id` becomes the deployment's; `doing` is for those who wait, a clause: `deploys Acme.Web 1.0.0`.
    /// `told` is what observers were told of it before.
    pub(crate) fn now(
        id: Uuid,
        settings: &Settings,
        doing: String,
        told: Told,
        observers: &mut [&mut dyn Observer],
        cancel: &CancelToken,
    ) -> Result<Self, RunError> {
        let started = OffsetDateTime::now_utc();
        let mut observers = again(observers);
        let mut reporter = Reporter::new(told, &mut observers);
        let root = open_root(&settings.root)?;
        let state = open_state_folder(&root, &settings.root)?;
        let lock = lock(&state, settings, doing, &mut reporter, cancel)?;
        let swept = sweep(&state, &settings.root, &mut reporter)?;
        let told = reporter.into_told();
        Ok(Self { id, started, unpacked: None, told, swept, root, state, lock })
    }
}

/// The beginning of what observers are told.
pub(crate) fn told_nothing(id: Uuid, settings: &Settings) -> Told {
    Told::nothing(id, masker(&settings.variables))
}

/// The same observers for a shorter time.
pub(super) fn again<'o>(observers: &'o mut [&mut dyn Observer]) -> Vec<&'o mut dyn Observer> {
    observers.iter_mut().map(|observer| &mut **observer as &mut dyn Observer).collect()
}

/// Masks sensitive variables as they are defined and as they evaluate, and all that are made of them.
fn masker(variables: &VariableSet) -> Masker {
    let mut masker = Masker::new(variables.iter().map(|(_, value)| value));
    let evaluated: Vec<Value> =
        variables.names().filter_map(|name| variables.evaluate(name).ok().flatten()).collect();
    // A text that merely contains a secret is covered by the secret's own mask; masking the whole of
    // it as well keeps what surrounds the secret (user names, host names) out of sight.
    masker.add(&evaluated);
    masker
}

fn lock(
    state: &Dir,
    settings: &Settings,
    doing: String,
    reporter: &mut Reporter<'_>,
    cancel: &CancelToken,
) -> Result<RootLock, RunError> {
    let me = LockHolder::this_process(doing);
    let mut reported: Result<(), ObserverError> = Ok(());
    let mut waiting = |holder| reported = reporter.report(EventKind::Waiting { holder });
    let timeout_ms = settings.lock_timeout_ms;
    let lock = RootLock::obtain(state, &settings.root, &me, timeout_ms, cancel, &mut waiting)?;
    reported?;
    Ok(lock)
}

fn sweep(
    state: &Dir,
    root_path: &Path,
    reporter: &mut Reporter<'_>,
) -> Result<Vec<Uuid>, RunError> {
    let mut swept = Vec::new();
    for left in staging::sweep(state, root_path)? {
        swept.push(left.deployment);
        reporter.report(EventKind::Interrupted {
            interrupted: left.deployment,
            package_id: left.package_id,
            package_version: left.package_version,
            folder: Some(left.folder),
            removed: true,
        })?;
    }
    Ok(swept)
}
