//! All cases of a directory of vectors.

use std::path::Path;

use super::Case;
use crate::{LoadError, load};

/// The cases of `octostache.json`; none if there is no such file.
///
/// # Errors
/// When the file cannot be read, or is no list of cases.
pub fn all(vectors: &Path) -> Result<Vec<Case>, LoadError> {
    Ok(load::json(&vectors.join("octostache.json"))?.unwrap_or_default())
}
