//! Where a deployment's files go: the extraction folder's path, and the root's own folder.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_package::Identity;

/// The folder below a root in which Cofferdam keeps lock, journal and artifacts.
pub const STATE_FOLDER: &str = ".cofferdam";

/// How many deployments of the same version may lie side by side before something is wrong.
const MAX_SAME_VERSION_FOLDERS: u32 = 10_000;

/// A folder that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The operating system refused.
    #[error("cannot {doing} `{}`: {source}", .path.display())]
    Io {
        /// What was attempted.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A name that would collide with Cofferdam's own folder.
    #[error(
        "`{0}` cannot be the name of a tenant, environment or package: Cofferdam keeps its own records in the folder of that name"
    )]
    ReservedName(String),
    /// Too many.
    #[error("there are {MAX_SAME_VERSION_FOLDERS} folders of this version in `{}`; remove old ones with `cofferdam clean`", .0.display())]
    TooMany(PathBuf),
}

impl FolderError {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

/// The folders of one package below a root: `[tenant/][environment/]id`, and the version's name in it.
///
/// As in Octopus: characters that no file name can have are left out of tenant and environment, and
/// percent-encoded in id and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseFolders {
    parents: Vec<String>,
    version: String,
}

impl ReleaseFolders {
    /// The folders for this package.
    ///
    /// # Errors
    /// [`FolderError::ReservedName`].
    pub fn new(
        tenant: Option<&str>,
        environment: Option<&str>,
        identity: &Identity,
    ) -> Result<Self, FolderError> {
        let mut parents: Vec<String> =
            [tenant, environment].into_iter().flatten().filter_map(sanitised).collect();
        parents.push(identity.id.folder_name());
        match parents.iter().find(|name| name.eq_ignore_ascii_case(STATE_FOLDER)) {
            Some(name) => Err(FolderError::ReservedName(name.clone())),
            None => Ok(Self { parents, version: identity.version.folder_name() }),
        }
    }

    /// The path below the root of the first folder of this version, `/` between its parts.
    #[must_use]
    pub fn relative(&self) -> String {
        format!("{}/{}", self.parents.join("/"), self.version)
    }

    /// Opens the folder that holds the versions, creating what is missing.
    ///
    /// # Errors
    /// When that cannot be done, for example because a part of the path is a link that leads out of
    /// the root.
    pub fn open_parent(&self, root: &Dir, root_path: &Path) -> Result<Dir, FolderError> {
        let mut path = root_path.to_owned();
        let mut dir = root.try_clone().map_err(FolderError::io("open", root_path))?;
        for name in &self.parents {
            path.push(name);
            match dir.create_dir(name) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    return Err(FolderError::io("create the folder", &path)(error));
                }
                _ => {}
            }
            dir = dir.open_dir(name).map_err(FolderError::io("open the folder", &path))?;
        }
        Ok(dir)
    }

    /// The names that the extraction folders of this version get, in the order in which they are
    /// tried.
    fn names(&self) -> impl Iterator<Item = String> {
        (0..MAX_SAME_VERSION_FOLDERS).map(|number| match number {
            0 => self.version.clone(),
            _ => format!("{}_{number}", self.version),
        })
    }

    /// The name that the next extraction folder gets: the version, or the version with `_1`, `_2`...
    /// where that is taken, by whatever.
    ///
    /// # Errors
    /// [`FolderError::TooMany`].
    pub fn next_name(&self, parent: &Dir, root_path: &Path) -> Result<String, FolderError> {
        self.names()
            .find(|name| parent.symlink_metadata(name).is_err())
            .ok_or_else(|| FolderError::TooMany(root_path.join(self.parents.join("/"))))
    }

    /// Takes the names in another root, as empty folders, that are taken in this one: the next
    /// extraction folder gets the same name in both. Changes nothing in `root`.
    ///
    /// # Errors
    /// See [`FolderError`].
    pub(crate) fn take_names(
        &self,
        root: &Path,
        other: &Dir,
        other_path: &Path,
    ) -> Result<(), FolderError> {
        let parent_path = root.join(self.parents.join("/"));
        let parent = match Dir::open_ambient_dir(&parent_path, ambient_authority()) {
            Ok(parent) => parent,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(FolderError::io("open the folder", &parent_path)(error)),
        };
        let free = self.next_name(&parent, root)?;
        self.take_names_before(&free, other, other_path)
    }

    /// Takes names in a root, as empty folders, until `free` is the next one.
    ///
    /// # Errors
    /// See [`FolderError`]; it is [`FolderError::TooMany`] for a name that none of them ever is.
    pub(crate) fn take_names_before(
        &self,
        free: &str,
        other: &Dir,
        other_path: &Path,
    ) -> Result<(), FolderError> {
        let taken = self.names().position(|name| name == free);
        let taken = taken.ok_or_else(|| FolderError::TooMany(other_path.to_owned()))?;
        let other = self.open_parent(other, other_path)?;
        for name in self.names().take(taken) {
            let path = other_path.join(self.relative_of(&name));
            other.create_dir(&name).map_err(FolderError::io("create the folder", &path))?;
        }
        Ok(())
    }

    /// The path below the root of a folder with this name.
    #[must_use]
    pub fn relative_of(&self, name: &str) -> String {
        format!("{}/{name}", self.parents.join("/"))
    }
}

/// A tenant's or environment's name as a folder's name; `None` if nothing is left of it.
fn sanitised(name: &str) -> Option<String> {
    let forbidden: &[char] = if cfg!(windows) {
        &['/', '\0', '\\', ':', '*', '?', '"', '<', '>', '|']
    } else {
        &['/', '\0']
    };
    let left: String = name.chars().filter(|character| !forbidden.contains(character)).collect();
    // `.` and `..` are names of other folders.
    let left = if left.chars().all(|character| character == '.') {
        left.replace('.', "%2E")
    } else {
        left
    };
    (!left.trim().is_empty()).then_some(left)
}

/// Opens the root, creating it if it is not there.
///
/// # Errors
/// When that cannot be done.
pub fn open_root(root: &Path) -> Result<Dir, FolderError> {
    std::fs::create_dir_all(root).map_err(FolderError::io("create the folder", root))?;
    Dir::open_ambient_dir(root, ambient_authority())
        .map_err(FolderError::io("open the folder", root))
}

/// Opens the root's own folder, creating it for this user alone if it is not there.
///
/// # Errors
/// When that cannot be done.
pub fn open_state_folder(root: &Dir, root_path: &Path) -> Result<Dir, FolderError> {
    let path = root_path.join(STATE_FOLDER);
    match create_private_folder(root, STATE_FOLDER) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(FolderError::io("create the folder", &path)(error));
        }
        _ => {}
    }
    root.open_dir(STATE_FOLDER).map_err(FolderError::io("open the folder", &path))
}

#[cfg(unix)]
fn create_private_folder(parent: &Dir, name: &str) -> io::Result<()> {
    use cap_std::fs::DirBuilderExt as _;
    let mut builder = cap_std::fs::DirBuilder::new();
    builder.mode(0o700);
    parent.create_dir_with(name, &builder)
}

/// Elsewhere a folder has the rights that it inherits.
#[cfg(not(unix))]
fn create_private_folder(parent: &Dir, name: &str) -> io::Result<()> {
    parent.create_dir(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_no_file_name_can_have() {
        assert_eq!(sanitised("a/b\0c").as_deref(), Some("abc"));
        assert_eq!(sanitised("..").as_deref(), Some("%2E%2E"));
        assert_eq!(sanitised("../.."), Some("%2E%2E%2E%2E".to_owned()));
        assert_eq!(sanitised(" / "), None);
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        let root = tempfile::tempdir().unwrap();
        let dir = open_root(root.path()).unwrap();
        let folders =
            ReleaseFolders { parents: vec!["Prod".into(), "Acme".into()], version: "1.0".into() };
        let parent = folders.open_parent(&dir, root.path()).unwrap();
        assert_eq!(folders.next_name(&parent, root.path()).unwrap(), "1.0");
        parent.create_dir("1.0").unwrap();
        parent.write("1.0_1", "a file").unwrap();
        assert_eq!(folders.next_name(&parent, root.path()).unwrap(), "1.0_2");
        assert_eq!(folders.relative_of("1.0_2"), "Prod/Acme/1.0_2");
    }

    #[test]
    fn names_are_taken_in_another_root() {
        let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let other_dir = open_root(other.path()).unwrap();
        let folders = ReleaseFolders { parents: vec!["Acme".into()], version: "1.0".into() };
        folders.take_names(root.path(), &other_dir, other.path()).unwrap();
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
        std::fs::create_dir_all(root.path().join("Acme/1.0")).unwrap();
        std::fs::create_dir_all(root.path().join("Acme/1.0_1")).unwrap();
        folders.take_names(root.path(), &other_dir, other.path()).unwrap();
        let parent = folders.open_parent(&other_dir, other.path()).unwrap();
        assert_eq!(folders.next_name(&parent, other.path()).unwrap(), "1.0_2");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_of_the_root_is_not_followed() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(outside.path(), root.path().join("Prod")).unwrap();
        let dir = open_root(root.path()).unwrap();
        let folders = ReleaseFolders { parents: vec!["Prod".into()], version: "1.0".into() };
        let error = folders.open_parent(&dir, root.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot open the folder"), "{error}");
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
