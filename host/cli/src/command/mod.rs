//! One file a subcommand: arguments, a call into the libraries, rendering.

pub(crate) mod cache;
pub(crate) mod inspect;
pub(crate) mod pack;
