//! The supervisor's side: starting workers, listening to them, ending them.

mod account;
mod exit;
mod output;
mod prepare;
mod process;
mod run;
mod service_message;
mod session;
mod task;

pub(crate) use prepare::{Want, prepare};
pub(crate) use run::run;
pub use service_message::fuzz_service_messages;
