//! Running a plan.

mod already_installed;
mod artifact;
mod conventions;
mod custom_installation;
mod extract;
mod finish;
mod free_space;
mod hand_over;
mod hook;
mod hook_files;
mod listen;
mod on_failure;
#[expect(clippy::module_inception, reason = "the module holds the type of its name")]
mod run;
mod start;
mod sync;

pub(crate) use already_installed::is_installed;
pub(crate) use conventions::milliseconds_since;
pub(crate) use start::scope;
