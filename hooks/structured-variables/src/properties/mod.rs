//! Java properties: `key=value` lines with escapes and continuation lines.

mod escape;
mod reader;
mod replace;

pub(crate) use replace::replace;
