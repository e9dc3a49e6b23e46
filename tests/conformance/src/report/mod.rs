//! Reports: a text for people, JSON and JUnit for programs.

mod json;
mod junit;
mod text;

use std::fs;
use std::path::Path;

use crate::error::RunError;
use crate::results::Results;

pub(crate) use text::text;

/// Writes `conformance.json` and `conformance.xml` into a folder.
pub(crate) fn files(results: &Results, folder: &Path) -> Result<(), RunError> {
    for (name, content) in
        [("conformance.json", json::json(results)), ("conformance.xml", junit::junit(results))]
    {
        let path = folder.join(name);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, content?));
        written.map_err(|source| RunError::Report { path, source })?;
    }
    Ok(())
}
