//! Asking a worker which walls are up, where only trying can tell.

use std::time::Duration;

use cofferdam_capability::Limits;
use cofferdam_worker_protocol::{FromWorker, PROTOCOL_VERSION, Setup, Task, ToWorker};

use super::empty_root::empty_root;
use super::process::{Received, WorkerProcess};
use crate::SandboxSettings;

/// How long a worker may take to put up its walls; it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether a worker gets a root directory of its own. One that does not even answer does not.
pub(crate) fn has_own_root(settings: &SandboxSettings) -> bool {
    let setup = Setup {
        protocol: PROTOCOL_VERSION,
        user: settings.worker_user,
        limits: Limits::default(),
        task: Task::Inspect { size: 0 },
        #[cfg(feature = "test-switches")]
        test_switches: settings.test_switches,
    };
    let answer = || {
        let root = empty_root(&settings.cache_dir)?;
        let files: Vec<_> = root.iter().collect();
        let mut worker = WorkerProcess::start(settings)?;
        worker.send(&ToWorker::Setup(Box::new(setup)), &files)?;
        worker.receive(PATIENCE)
    };
    matches!(answer(), Ok(Received::Message(FromWorker::Ready { walls, .. })) if walls.own_root)
}
