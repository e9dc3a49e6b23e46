//! How a deployment begins: the root is claimed, and the package read once, into a staging folder.

#[expect(clippy::module_inception, reason = "the module holds the function of its name")]
mod begin;
mod begun;
mod reject;
mod staging;
mod unpack;

pub use begin::begin;

pub(crate) use begun::{Begun, Unpacked, told_nothing};
pub(crate) use unpack::report_progress;
