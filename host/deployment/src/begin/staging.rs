//! `Staged`: a package that is unpacked beside its place, before it is decided whether it is deployed.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;
use cofferdam_package::{Identity, remove_tree};
use uuid::Uuid;

use crate::FolderError;
use crate::folders::STATE_FOLDER;

/// Below the root's own folder, which is on the same file system as the places of packages as a rule and which
/// other users cannot look into.
const STAGING_FOLDER: &str = "staging";

/// The folder of a package that is unpacked and not deployed yet. It is removed when this is dropped, unless it
/// was moved to its place.
///
/// It is `<root>/.cofferdam/staging/<deployment>/<package>/<version>`, so that what a killed process leaves
/// behind says what it was.
#[derive(Debug)]
pub(crate) struct Staged {
    state: Dir,
    staging: Dir,
    deployment: String,
    /// The folder of the package, open, and its parent.
    folder: Dir,
    parent: Dir,
    name: String,
    path: PathBuf,
}

/// What a killed process left behind.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LeftBehind {
    pub(crate) deployment: Uuid,
    pub(crate) package_id: String,
    pub(crate) package_version: String,
    /// Below the root.
    pub(crate) folder: String,
}

impl Staged {
    /// Makes an empty one for this deployment. The caller holds the root's lock.
    pub(crate) fn create(
        state: &Dir,
        root_path: &Path,
        deployment: Uuid,
        identity: &Identity,
    ) -> Result<Self, FolderError> {
        let deployment = deployment.to_string();
        let mut path = root_path.join(STATE_FOLDER);
        let mut enter = |dir: &Dir, name: &str| {
            path.push(name);
            match dir.create_dir(name) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                    Err(FolderError::io("create the folder", &path)(error))
                }
                _ => dir.open_dir(name).map_err(FolderError::io("open the folder", &path)),
            }
        };
        let io = FolderError::io("open the folder", root_path);
        let state = state.try_clone().map_err(io)?;
        let staging = enter(&state, STAGING_FOLDER)?;
        let own = enter(&staging, &deployment)?;
        let parent = enter(&own, &identity.id.folder_name())?;
        let name = identity.version.folder_name();
        let folder = enter(&parent, &name)?;
        Ok(Self { state, staging, deployment, folder, parent, name, path })
    }

    /// The folder that the package is unpacked to.
    pub(crate) fn folder(&self) -> &Dir {
        &self.folder
    }

    /// Moves the folder to its place, at once and as a whole. `false` if that is on another file system.
    ///
    /// # Errors
    /// What else the file system answers.
    pub(crate) fn move_to(self, parent: &Dir, name: &str) -> Result<bool, FolderError> {
        match self.parent.rename(&self.name, parent, name) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => Ok(false),
            Err(error) => {
                Err(FolderError::io("move to its place the unpacked package", &self.path)(error))
            }
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // What stays nevertheless is for the next deployment to remove.
        let _ = remove_tree(&self.staging, &self.deployment);
        let _ = self.state.remove_dir(STAGING_FOLDER);
    }
}

/// Removes what killed processes left behind. The caller holds the root's lock, so that none of it is in use.
pub(crate) fn sweep(state: &Dir, root_path: &Path) -> Result<Vec<LeftBehind>, FolderError> {
    let path = root_path.join(STATE_FOLDER).join(STAGING_FOLDER);
    let staging = match state.open_dir(STAGING_FOLDER) {
        Ok(staging) => staging,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FolderError::io("open the folder", &path)(error)),
    };
    let mut found = Vec::new();
    for entry in staging.entries().map_err(FolderError::io("list the folder", &path))? {
        let entry = entry.map_err(FolderError::io("list the folder", &path))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        found.extend(name.parse().ok().map(|deployment| describe(&staging, &name, deployment)));
        remove_tree(&staging, &name).map_err(FolderError::io("remove what is in", &path))?;
    }
    Ok(found)
}

/// What the names of the folders say; empty where a process was killed before it had made them.
fn describe(staging: &Dir, name: &str, deployment: Uuid) -> LeftBehind {
    let only_entry = |path: &str| {
        let entry = staging.read_dir(path).ok()?.next()?.ok()?;
        Some(entry.file_name().to_string_lossy().into_owned())
    };
    let package_id = only_entry(name).unwrap_or_default();
    let package_version = only_entry(&format!("{name}/{package_id}")).unwrap_or_default();
    let folder = format!("{STATE_FOLDER}/{STAGING_FOLDER}/{name}");
    LeftBehind { deployment, package_id, package_version, folder }
}
