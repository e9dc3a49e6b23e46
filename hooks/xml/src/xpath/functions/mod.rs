//! The functions that an expression may call: one table, and a file for what each kind works on.

mod arguments;
mod booleans;
mod nodes;
mod numbers;
mod patterns;
mod sequences;
mod strings;
mod table;

pub(super) use table::find;
pub use table::{Function, TABLE};
