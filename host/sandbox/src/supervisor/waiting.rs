//! `WaitingWorker`: a worker that is started before there is a task for it.
//!
//! Starting a process takes longer than most hooks do. One that waits has been given nothing yet: it is what any
//! other worker is until its task arrives.

use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use super::process::WorkerProcess;
use crate::SandboxSettings;

/// At most one worker that waits for a task. Dropping this ends it.
#[derive(Default)]
pub(crate) struct WaitingWorker(Mutex<Option<WorkerProcess>>);

impl WaitingWorker {
    /// Starts one, unless one waits. If that fails, whoever needs a worker starts one, and says why it fails.
    pub(crate) fn start(&self, settings: &SandboxSettings) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_none() {
            *waiting = WorkerProcess::start(settings).ok();
        }
    }

    /// The one that waits, if it has not been ended meanwhile, or else a new one.
    pub(super) fn take_or_start(&self, settings: &SandboxSettings) -> io::Result<WorkerProcess> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut worker) = waiting
            && worker.is_waiting()
        {
            return Ok(worker);
        }
        WorkerProcess::start(settings)
    }
}

impl fmt::Debug for WaitingWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WaitingWorker").finish_non_exhaustive()
    }
}
