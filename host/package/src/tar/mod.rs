//! Tar packages: the stream they come in, their headers, their entries.

mod handoff;
mod header;
mod pax;
mod read;
mod reader;
mod stream;

pub(crate) use read::read;
