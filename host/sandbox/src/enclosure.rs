//! The enclosure: the one folder that a hook works in, held open.

use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

/// The folder that a hook sees as `/`.
///
/// An open directory and not a path: the hook that runs in it cannot be made to run in another
/// one by renaming folders around it.
#[derive(Debug)]
pub struct Enclosure {
    dir: Dir,
    path: PathBuf,
}

/// A folder that cannot be an enclosure.
#[derive(Debug, thiserror::Error)]
pub enum EnclosureError {
    /// It cannot be opened.
    #[error("cannot open the folder `{}` as an enclosure", path.display())]
    Open {
        /// The folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The last part of the path is a link.
    #[error(
        "`{}` is a link, and an enclosure must not be; give the folder that it leads to",
        path.display()
    )]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// It would hold the whole machine.
    #[error("`{}` is the root of the file system and cannot be an enclosure", path.display())]
    Root {
        /// The folder.
        path: PathBuf,
    },
}

impl Enclosure {
    /// Opens a folder as an enclosure.
    ///
    /// # Errors
    /// When there is no such folder, when the path's last part is a link, or when it is the root
    /// of the file system.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, EnclosureError> {
        let given = path.as_ref();
        let open_error = |source| EnclosureError::Open { path: given.to_owned(), source };
        if given.symlink_metadata().map_err(open_error)?.is_symlink() {
            return Err(EnclosureError::Link { path: given.to_owned() });
        }
        let path = given.canonicalize().map_err(open_error)?;
        if path.parent().is_none() {
            return Err(EnclosureError::Root { path });
        }
        let dir = Dir::open_ambient_dir(&path, ambient_authority()).map_err(open_error)?;
        Ok(Self { dir, path })
    }

    /// Makes an enclosure of a directory that is open already; `path` is for messages and for
    /// those operating systems that need one.
    #[must_use]
    pub fn from_dir(dir: Dir, path: PathBuf) -> Self {
        Self { dir, path }
    }

    /// The open directory, for the host's own confined access.
    #[must_use]
    pub fn dir(&self) -> &Dir {
        &self.dir
    }

    /// Where it was when it was opened.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_folder_of_its_own_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let missing = root.path().join("missing");
        assert!(matches!(Enclosure::open(&missing), Err(EnclosureError::Open { .. })));
        std::fs::write(&missing, "a file").unwrap();
        assert!(matches!(Enclosure::open(&missing), Err(EnclosureError::Open { .. })));
        assert!(matches!(Enclosure::open("/"), Err(EnclosureError::Root { .. })));
        assert!(Enclosure::open(root.path()).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_is_refused() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", root.path().join("link")).unwrap();
        let error = Enclosure::open(root.path().join("link")).unwrap_err();
        assert!(matches!(error, EnclosureError::Link { .. }), "{error}");
    }
}
