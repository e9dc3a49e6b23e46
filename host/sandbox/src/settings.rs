//! Settings of a sandbox.

use std::path::PathBuf;

use crate::{RequiredWalls, UserIds};

/// How a [`Sandbox`](crate::Sandbox) works, on this machine, for all hooks.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// The program that is started as worker; its `main` calls
    /// [`run_if_worker`](crate::run_if_worker) first. `None`: the program that is running.
    pub worker_program: Option<PathBuf>,
    /// Where compiled code is kept. Created with mode 0700 when missing; must belong to the user
    /// of this process, and nobody else may be able to write to it.
    pub cache_dir: PathBuf,
    /// The walls without which no hook runs.
    pub required_walls: RequiredWalls,
    /// The user that workers become when this process is root's. That user must be able to reach
    /// and write the enclosure; see the crate's page on users.
    pub worker_user: Option<UserIds>,
    /// Attacks from inside a worker and walls that are left out, for tests.
    #[cfg(feature = "test-switches")]
    pub test_switches: crate::TestSwitches,
}

impl SandboxSettings {
    /// The usual settings: this program as worker, whatever walls the machine offers, no change
    /// of user.
    #[must_use]
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            worker_program: None,
            cache_dir: cache_dir.into(),
            required_walls: RequiredWalls::None,
            worker_user: None,
            #[cfg(feature = "test-switches")]
            test_switches: crate::TestSwitches::default(),
        }
    }
}
