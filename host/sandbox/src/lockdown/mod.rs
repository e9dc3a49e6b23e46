//! The walls of the operating system around a worker, put up by the worker itself.
//!
//! One file an operating system, with the same functions: [`close_inherited`] and [`leave_session`] come first,
//! [`cut_off`] prepares folders besides the enclosure, [`raise`] puts up the walls that there are and says which they are, [`seal`]
//! takes away what only loading code needed, and [`machine_walls`] says what this machine would
//! offer.

#[cfg(target_os = "linux")]
mod descriptors;
#[cfg(target_os = "linux")]
mod landlock_wall;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod own_root;
#[cfg(target_os = "linux")]
mod privileges;
#[cfg(target_os = "linux")]
mod resources;
#[cfg(target_os = "linux")]
mod system_calls;

#[cfg(not(target_os = "linux"))]
mod elsewhere;

#[cfg(target_os = "linux")]
pub(crate) use descriptors::close_inherited;
#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{close_inherited, cut_off, leave_session, machine_walls, raise, seal};
#[cfg(target_os = "linux")]
pub(crate) use linux::{cut_off, machine_walls, raise, seal};
#[cfg(target_os = "linux")]
pub(crate) use privileges::leave_session;

use cofferdam_capability::Access;

use crate::UserIds;

/// What a worker is going to do; decides what it may still do behind the walls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Load compiled code, then run it, in one thread.
    Run,
    /// Parse and compile, in several threads. No files at all.
    Compile,
}

/// The walls to put up.
#[derive(Debug)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "there are no walls to put up"))]
pub(crate) struct WallPlan<'a> {
    /// What the worker is going to do.
    pub(crate) purpose: Purpose,
    /// The user to become.
    pub(crate) user: Option<UserIds>,
    /// What becomes the root directory: the enclosure, or an empty folder. `None` where folders
    /// are not handed over open.
    pub(crate) root: Option<&'a std::fs::File>,
    /// Whether a folder from which `..` leads out of the root stays open.
    pub(crate) has_ways_out: bool,
    /// The folders that stay in reach, open.
    pub(crate) folders: Vec<(&'a std::fs::File, Access)>,
    /// A file that stays readable: the compiled code.
    pub(crate) code: Option<&'a std::fs::File>,
    /// The resources.
    pub(crate) resources: ResourcePlan,
    /// The walls to leave out.
    pub(crate) left_out: LeftOut,
}

/// Walls that are left out; only ever in tests and measurements.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "there are no walls to put up"))]
pub(crate) struct LeftOut {
    /// The root directory of the worker's own.
    pub(crate) own_root: bool,
    /// Landlock.
    pub(crate) landlock: bool,
    /// The system call filter.
    pub(crate) system_calls: bool,
}

/// The resource limits of the process.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "there are no walls to put up"))]
pub(crate) struct ResourcePlan {
    /// Processor time, in milliseconds.
    pub(crate) cpu_ms: u64,
    /// The size of a file that is written to, in bytes.
    pub(crate) file_bytes: u64,
    /// Open descriptors, those of the worker included.
    pub(crate) descriptors: u64,
    /// Address space, in bytes. Running code reserves much more than it uses; what is beyond that would
    /// take memory of the kernel's for its tables.
    pub(crate) address_space_bytes: u64,
    /// Memory that can be written to, in bytes, reserved address space not counted.
    pub(crate) writable_memory_bytes: Option<u64>,
    /// Whether threads are needed. A limit on processes counts threads, and those of every other
    /// process of the same user; the system call filter lets threads through and no processes.
    pub(crate) threads: bool,
}

/// A wall that could not be put up although the machine should have it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing}: {why}")]
pub(crate) struct LockdownError {
    /// What was attempted.
    pub(crate) doing: &'static str,
    /// What the operating system says.
    pub(crate) why: String,
}

impl LockdownError {
    fn new(doing: &'static str, why: impl std::fmt::Display) -> Self {
        Self { doing, why: why.to_string() }
    }
}
