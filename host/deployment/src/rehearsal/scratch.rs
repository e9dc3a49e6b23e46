//! `Scratch`: a folder that is gone afterwards, whatever happens to the process.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_package::remove_tree;
use uuid::Uuid;

/// Held while folders are made and abandoned ones are removed, so that nobody takes a folder that
/// is being made for an abandoned one.
const SWEEP_LOCK: &str = "sweep.lock";

/// What follows a folder's name in the name of the file that its user holds locked.
const LOCK_SUFFIX: &str = ".lock";

/// A folder of this user alone, in which a deployment is tried out. Removed when dropped.
///
/// Its user holds a lock that ends with the process. So a folder whose lock is free was abandoned,
/// by a `kill -9` or a loss of power, and the next [`Scratch::make`] removes it.
#[derive(Debug)]
pub struct Scratch {
    parent: PathBuf,
    name: String,
    /// Held until the folder is gone.
    _lock: File,
}

/// A scratch folder that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} `{}`, where deployments are tried out: {source}", .path.display())]
pub struct ScratchError {
    /// What was attempted.
    pub doing: &'static str,
    /// Where.
    pub path: PathBuf,
    /// What the operating system says.
    pub source: io::Error,
}

impl ScratchError {
    fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self { doing, path, source }
    }
}

impl Scratch {
    /// Makes a scratch folder in `parent`, which is made, for this user alone, if it is not there.
    /// Removes what earlier ones left behind.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn make(parent: &Path) -> Result<Self, ScratchError> {
        make_private(parent).map_err(ScratchError::io("create the folder", parent))?;
        let sweep = lock_file(&parent.join(SWEEP_LOCK))
            .and_then(|file| file.lock().map(|()| file))
            .map_err(ScratchError::io("lock the folder", parent))?;
        remove_abandoned(parent).map_err(ScratchError::io("remove what was left in", parent))?;

        let name = Uuid::now_v7().to_string();
        let lock = lock_file(&parent.join(format!("{name}{LOCK_SUFFIX}")))
            .and_then(|file| file.lock().map(|()| file))
            .map_err(ScratchError::io("lock a folder in", parent))?;
        let path = parent.join(&name);
        make_private(&path).map_err(ScratchError::io("create the folder", &path))?;
        drop(sweep);
        Ok(Self { parent: parent.to_owned(), name, _lock: lock })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next one, whose lock it will find free.
        let _ = remove(&self.parent, &self.name);
    }
}

/// Removes every folder whose lock is free.
fn remove_abandoned(parent: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let file_name = entry?.file_name().to_string_lossy().into_owned();
        let Some(name) = file_name.strip_suffix(LOCK_SUFFIX) else { continue };
        // The sweep's own lock, and what is not ours.
        if Uuid::try_parse(name).is_err() {
            continue;
        }
        match lock_file(&parent.join(&file_name))?.try_lock() {
            Ok(()) => remove(parent, name)?,
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Removes a folder, and its lock file last: until then it can be found and removed again.
fn remove(parent: &Path, name: &str) -> io::Result<()> {
    remove_tree(&Dir::open_ambient_dir(parent, ambient_authority())?, name)?;
    fs::remove_file(parent.join(format!("{name}{LOCK_SUFFIX}")))
}

fn lock_file(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}

/// Nobody else may look at what lies here: it can hold what a package's files may not show.
fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(parent: &Path) -> Vec<String> {
        let entries = fs::read_dir(parent).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn nothing_is_left_of_it() {
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::make(parent.path()).unwrap();
        fs::create_dir_all(scratch.path().join("a/b")).unwrap();
        fs::write(scratch.path().join("a/b/c"), "x").unwrap();
        drop(scratch);
        assert_eq!(names(parent.path()), [SWEEP_LOCK]);
    }

    #[test]
    fn an_abandoned_folder_is_removed_and_one_in_use_stays() {
        let parent = tempfile::tempdir().unwrap();
        let abandoned = Uuid::now_v7().to_string();
        fs::create_dir_all(parent.path().join(&abandoned).join("sub")).unwrap();
        fs::write(parent.path().join(format!("{abandoned}{LOCK_SUFFIX}")), "").unwrap();
        fs::write(parent.path().join("somebody-elses.lock"), "").unwrap();
        let in_use = Scratch::make(parent.path()).unwrap();
        assert!(!parent.path().join(&abandoned).exists());
        let second = Scratch::make(parent.path()).unwrap();
        assert!(in_use.path().exists() && second.path().exists());
        assert!(parent.path().join("somebody-elses.lock").exists());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = second.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700);
        }
    }
}
