//! The worker: a process of its own that inspects, compiles or runs exactly one module.
//!
//! It reads its task from the channel, puts up its walls, says which, and does the task. Nothing
//! that comes from a module is touched before the walls are up.

mod channel;
mod compile;
mod entry;
#[cfg(target_os = "linux")]
mod probe;
mod run;

#[cfg(feature = "test-switches")]
pub(crate) use entry::KEEP_DESCRIPTORS_ARGUMENT;
pub(crate) use entry::WORKER_ARGUMENT;
pub use entry::run_if_worker;
#[cfg(target_os = "linux")]
pub(crate) use probe::names as probe_names;
