//! The cases of `tests/vectors/structured`: what goes in, what must come out, and how to compare.
//!
//! Included by the tests of both hooks, and meant for any runner that can put a folder and variables before a hook: a
//! [`Case`] is laid out in a folder with [`Case::prepare`], the hook is run there, and [`Case::judge`] says whether the folder
//! and the messages are right.

#![allow(
    dead_code,
    unused_imports,
    missing_docs,
    unreachable_pub,
    reason = "each test program uses a part of this"
)]

mod case;
mod deviations;
mod document_json;
mod document_xml;
mod document_yaml;
mod service;
mod text;

pub use case::{Outcome, load};
pub use deviations::{Deviations, judge_with};
pub use service::load as load_service;

use std::path::PathBuf;

use cofferdam_hook_files::Level;

/// A variable's name and value, in the order of definition.
pub type Variables = Vec<(String, Option<String>)>;

/// Where the vectors are: the directory in the environment variable `VECTORS`, else those of this repository.
pub fn vectors() -> PathBuf {
    std::env::var_os("VECTORS").map_or_else(repository_vectors, PathBuf::from)
}

/// The vectors of this repository.
pub fn repository_vectors() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "tests", "vectors"].iter().collect()
}

/// A log in the words of the vectors, `level: message`.
pub fn lines(log: Vec<(Level, String)>) -> Vec<String> {
    let word = |level| match level {
        Level::Verbose => "verbose",
        Level::Info => "info",
        Level::Warning => "warn",
        Level::Error => "error",
    };
    log.into_iter().map(|(level, message)| format!("{}: {message}", word(level))).collect()
}
