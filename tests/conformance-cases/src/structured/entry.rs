//! The index of `structured/`: one entry a directory.

use std::path::Path;

use serde::Deserialize;

use crate::steps::{Category, Definitions};
use crate::{LoadError, load};

/// One entry of `index.json`. Fields that nobody looks at are left out.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    pub(crate) dir: String,
    pub(crate) format: String,
    id: Option<String>,
    source_test: Option<String>,
    pub(crate) input: String,
    /// None if the original fails.
    pub(crate) expected: Option<String>,
    /// Whether the original leaves the file alone.
    #[serde(default)]
    pub(crate) unchanged: bool,
    /// Why it fails, in its own words.
    #[serde(default)]
    pub(crate) message: String,
    /// What the original says, `level: message`.
    #[serde(default)]
    pub(crate) log: Vec<String>,
}

/// The entries of some formats, with the files that they name.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    pub(crate) entry: Entry,
    pub(crate) id: String,
    pub(crate) variables: Definitions,
    pub(crate) input: Vec<u8>,
    pub(crate) expected: Option<Vec<u8>>,
}

/// Reads the entries of some formats; none if there is no index.
pub(crate) fn load(folder: &Path, formats: &[&str]) -> Result<Vec<Loaded>, LoadError> {
    let path = folder.join("index.json");
    let entries: Vec<Entry> = load::json(&path)?.unwrap_or_default();
    // Nobody would miss a case that is of no category.
    if let Some(entry) = entries.iter().find(|entry| Category::named(&entry.format).is_none()) {
        let what = format!("`{}` has the unknown format `{}`", entry.dir, entry.format);
        return Err(LoadError::Content { path, what });
    }
    let wanted = entries.into_iter().filter(|entry| formats.contains(&&*entry.format));
    wanted.map(|entry| one(folder, entry)).collect()
}

fn one(folder: &Path, entry: Entry) -> Result<Loaded, LoadError> {
    let folder = folder.join(&entry.dir);
    let id = entry.id.as_ref().or(entry.source_test.as_ref()).unwrap_or(&entry.dir);
    let expected = entry.expected.as_ref().map(|name| load::needed(&folder.join(name)));
    Ok(Loaded {
        id: id.clone(),
        variables: load::json(&folder.join("variables.json"))?.unwrap_or_default(),
        input: load::needed(&folder.join(&entry.input))?,
        expected: expected.transpose()?,
        entry,
    })
}
