//! Compiled code, kept by what it was compiled from.
//!
//! Loading native code that others could write is running their code. So the folder must belong
//! to this user alone, every entry carries a MAC over what it is for and what it is, and the file
//! that was verified is the file that is run: it stays open between the two.

mod folder;
mod key;
mod store;

pub(crate) use store::{Cache, Entry};
