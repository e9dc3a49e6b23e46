//! What people and programs see.

pub(crate) mod amount;
pub(crate) mod printable;
pub(crate) mod style;
