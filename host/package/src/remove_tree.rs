//! `remove_tree`: removes a folder with everything in it, following no link, however deep it is.

use std::ffi::OsStr;
use std::io;

use cap_std::fs::Dir;

/// Folders that are open at once. What lies deeper is moved up first, so that a tree made to be deep can exhaust
/// neither the process's open files nor its stack.
const MAX_OPEN_FOLDERS: usize = 64;

/// Removes `name` in `parent` with everything in it. Links are removed, never followed; a missing `name` is fine.
///
/// This is how a caller gets rid of a half-extracted folder after [`extract`](crate::extract) failed, and of old ones.
///
/// # Errors
/// What the file system answers, for example a missing permission. Some of the tree is gone then.
pub fn remove_tree(parent: &Dir, name: &str) -> io::Result<()> {
    match parent.symlink_metadata(name) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return parent.remove_file(name),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    }
    let mut moved = 0;
    loop {
        let before = moved;
        accessible(parent, name.as_ref(), || {
            let root = parent.open_dir(name)?;
            empty(&root, &root, 1, &mut moved)
        })?;
        if moved == before {
            return parent.remove_dir(name);
        }
    }
}

/// Removes everything in `folder`, except what it moves up into `root`.
fn empty(root: &Dir, folder: &Dir, depth: usize, moved: &mut u64) -> io::Result<()> {
    for entry in folder.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        if !entry.file_type()?.is_dir() {
            folder.remove_file(&name)?;
        } else if depth < MAX_OPEN_FOLDERS {
            accessible(folder, &name, || empty(root, &folder.open_dir(&name)?, depth + 1, moved))?;
            folder.remove_dir(&name)?;
        } else {
            *moved += 1;
            folder.rename(&name, root, format!(".removing-{moved}"))?;
        }
    }
    Ok(())
}

/// Does something with a folder, and a second time when that is refused after its owner was allowed to. No
/// package and no hook can make a folder that its owner may not list; native code in a broken hook can.
fn accessible(
    parent: &Dir,
    name: &OsStr,
    mut what: impl FnMut() -> io::Result<()>,
) -> io::Result<()> {
    match what() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            allow_owner(parent, name)?;
            what()
        }
        other => other,
    }
}

#[cfg(unix)]
fn allow_owner(parent: &Dir, name: &OsStr) -> io::Result<()> {
    use cap_std::fs::{Permissions, PermissionsExt as _};
    parent.set_permissions(name, Permissions::from_mode(0o700))
}

/// Folders have no such modes here.
#[cfg(not(unix))]
fn allow_owner(_parent: &Dir, _name: &OsStr) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use cap_std::ambient_authority;

    use super::*;

    fn place() -> (tempfile::TempDir, Dir) {
        let place = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(place.path(), ambient_authority()).unwrap();
        (place, dir)
    }

    #[test]
    #[cfg(unix)]
    fn links_are_removed_and_what_they_lead_to_stays() {
        let (_place, dir) = place();
        dir.create_dir_all("tree/deep").unwrap();
        dir.create_dir("kept").unwrap();
        dir.write("kept/file", "x").unwrap();
        dir.symlink("../../kept", "tree/deep/out").unwrap();
        dir.symlink("../kept/file", "tree/file").unwrap();
        dir.symlink("kept", "link").unwrap();
        remove_tree(&dir, "tree").unwrap();
        remove_tree(&dir, "link").unwrap();
        remove_tree(&dir, "missing").unwrap();
        let left: Vec<_> = dir.entries().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["kept"]);
        assert_eq!(dir.read_to_string("kept/file").unwrap(), "x");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn folders_that_their_owner_may_not_list_are_removed() {
        use cap_std::fs::{Permissions, PermissionsExt as _};
        use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};

        let test = || {
            // As nobody special: root may list everything. Capabilities are a thread's own.
            let none = CapabilitySet::empty();
            let sets = CapabilitySets { effective: none, permitted: none, inheritable: none };
            set_capabilities(None, sets).unwrap();
            let (_place, dir) = place();
            for (folder, mode) in [("tree/unlisted", 0o300), ("tree/closed", 0), ("tree", 0o500)] {
                dir.create_dir_all(folder).unwrap();
                dir.write(format!("{folder}/file"), "x").unwrap();
                dir.set_permissions(folder, Permissions::from_mode(mode)).unwrap();
            }
            assert!(dir.read_dir("tree/unlisted").is_err());
            remove_tree(&dir, "tree").unwrap();
            assert!(!dir.exists("tree"));
        };
        std::thread::spawn(test).join().unwrap();
    }

    #[test]
    fn a_tree_deeper_than_any_path_is_removed() {
        let (_place, dir) = place();
        let mut folder = dir.try_clone().unwrap();
        for _ in 0..3_000 {
            folder.create_dir("d").unwrap();
            folder.write("file", "x").unwrap();
            folder = folder.open_dir("d").unwrap();
        }
        drop(folder);
        remove_tree(&dir, "d").unwrap();
        assert!(!dir.exists("d"));
        remove_tree(&dir, "file").unwrap();
    }
}
