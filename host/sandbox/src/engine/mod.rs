//! The engine: which WebAssembly is accepted, how it is compiled, and what is on record about it.

mod config;
mod facts;
mod features;

pub(crate) use config::{compatibility_hash, compiler, runner};
pub use facts::EngineFacts;
pub(crate) use features::accepted_features;
