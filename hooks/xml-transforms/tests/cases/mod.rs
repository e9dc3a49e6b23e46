//! Where the vectors are, and how a result is judged.

pub(crate) mod convention;
pub(crate) mod locate;
pub(crate) mod logger;
pub(crate) mod step;
pub(crate) mod transform;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The folder with the vectors.
pub(crate) fn folder() -> PathBuf {
    std::env::var_os("VECTORS").map_or_else(own_folder, PathBuf::from).join("xdt")
}

fn own_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

/// The cases that are meant to differ, and why.
pub(crate) fn deviations() -> HashMap<String, String> {
    let text = std::fs::read_to_string(own_folder().join("deviations-xdt.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// A listed deviation has to differ, everything else must not.
pub(crate) fn judge(result: Result<(), String>, deviation: Option<String>) -> Result<(), String> {
    match (result, deviation) {
        (Ok(()), Some(reason)) => {
            Err(format!("passes, but is listed as a deviation ({reason}); take it off the list"))
        }
        (Err(_), Some(_)) => Ok(()),
        (result, None) => result,
    }
}

/// Both texts, to look at.
pub(crate) fn differ(what: &str, expected: &str, actual: &str) -> String {
    format!("{what} differs\n--- expected\n{expected}\n--- actual\n{actual}\n---")
}
