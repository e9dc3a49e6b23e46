//! Saying what a module is, in a worker: its kind, its imports, its manifest.

mod abilities;
mod parse;
mod text;

pub(crate) use parse::{Description, describe, is_component};
pub(crate) use text::to_binary;
