//! `EntryPath`: a path inside a package that cannot lead out of the folder it is extracted to.

use std::fmt;
use std::path::Path;

use serde::Serialize;

/// A relative path of one or more normal components, `/` between them: never empty, absolute, `..` or `.`,
/// no backslash, no control character. Ordered bytewise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryPath(Box<str>);

impl EntryPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for file-system calls.
    pub fn as_path(&self) -> &Path {
        Path::new(&*self.0)
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Everything before the last component, or `None` in the package root.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(parent, _)| parent)
    }

    /// The components, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether it is in the package root, where package hooks are looked for.
    pub fn is_in_root(&self) -> bool {
        !self.0.contains('/')
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
