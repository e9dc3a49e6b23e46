//! The supervisor's side: starting workers, listening to them, ending them.

mod account;
#[cfg(target_os = "linux")]
mod disk_watch;
#[cfg(not(target_os = "linux"))]
#[path = "disk_watch_elsewhere.rs"]
mod disk_watch;
mod empty_root;
mod exit;
mod http;
mod own_root;
mod prepare;
mod process;
mod run;
mod session;
mod task;
mod waiting;

pub(crate) use own_root::has_own_root;
pub(crate) use prepare::{Want, prepare};
pub(crate) use run::run;
pub(crate) use waiting::WaitingWorker;
