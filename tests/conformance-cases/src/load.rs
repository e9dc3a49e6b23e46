//! Reading the files that hold the cases.

use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Cases that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file of the vectors cannot be read.
    #[error("cannot read `{}`, a file of the vectors", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("`{}` does not hold what a file of that name holds in the vectors: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
}

/// Where the cases are: the directory in the environment variable `VECTORS`, else those of this
/// repository.
#[must_use]
pub fn vectors() -> PathBuf {
    std::env::var_os("VECTORS").map_or_else(repository_vectors, PathBuf::from)
}

/// The cases of this repository, `tests/vectors`.
#[must_use]
pub fn repository_vectors() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).join("vectors")
}

/// A JSON file; `None` when there is none.
pub(crate) fn json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, LoadError> {
    let Some(bytes) = bytes(path)? else { return Ok(None) };
    let value = serde_json::from_slice(&bytes);
    value
        .map(Some)
        .map_err(|error| LoadError::Content { path: path.to_owned(), what: error.to_string() })
}

/// A file; `None` when there is none.
pub(crate) fn bytes(path: &Path) -> Result<Option<Vec<u8>>, LoadError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(LoadError::Read { path: path.to_owned(), source }),
    }
}

/// A file that has to be there.
#[cfg(feature = "steps")]
pub(crate) fn needed(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}
