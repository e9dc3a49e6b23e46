//! YAML as a stream of events with exact positions, of which some are replaced.

mod block;
mod flow;
mod fragment;
mod gap;
mod node;
mod reader;
mod replace;
mod scalar;

pub(crate) use replace::replace;
