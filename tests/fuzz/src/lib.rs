//! What must hold of whatever Cofferdam reads, for any input at all.
//!
//! Each function takes the bytes that a fuzzer made, gives them to one reader, and panics if a
//! promise of that reader is broken. Not panicking is the least of them: nothing is written
//! outside, two readers of one thing agree, what is written can be read back, memory stays within
//! a stated multiple of the input, and what runs in WebAssembly gets by with a stack of its size.
//! Time is left to the fuzzer, which ends an input that takes too long.
//!
//! Inputs of several parts are texts with U+001E between them, so that seeds can be read and
//! written by people.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a broken promise is told to the fuzzer by panicking"
)]

pub mod archive;
pub mod folder;
pub mod globs;
pub mod markup;
mod memory;
pub mod names;
pub mod pack;
mod parts;
pub mod record;
mod stack;
pub mod structured;
pub mod template;
pub mod variables;
pub mod worker;
