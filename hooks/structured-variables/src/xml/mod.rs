//! XML: variables whose names are XPaths.

mod declaration;
mod edited;
mod replace;
mod serialize;

pub(crate) use declaration::{declare, declared_encoding};
pub(crate) use replace::replace;
