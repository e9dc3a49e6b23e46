//! What people and programs see.

pub(crate) mod amount;
pub(crate) mod console;
pub(crate) mod json_lines;
pub(crate) mod printable;
pub(crate) mod rehearsal;
pub(crate) mod style;
