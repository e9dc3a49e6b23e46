//! Convention 12: copy everything to the folder that the operator chose, and go on there.

use std::fs::Permissions;
use std::io;
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt as _, FollowSymlinks, OpenOptionsFollowExt as _};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use cofferdam_sandbox::{Enclosure, LogLevel, UserIds};

use super::hand_over::{hand_over, hand_over_one};
use super::run::Run;
use crate::purge_pattern::PurgePatterns;
use crate::settings::CustomInstallation;
use crate::{Failure, derived};

/// The name under which a file is written before it takes the place of another.
const TEMPORARY_NAME: &str = ".cofferdam-copy";

impl Run<'_, '_> {
    /// Empties the folder if that is wanted, copies, and makes it the enclosure.
    pub(super) fn install_elsewhere(&mut self) -> Result<(), Failure> {
        let (Some(installation), Some(enclosure)) = (&self.settings.installation, &self.enclosure)
        else {
            return Ok(());
        };
        let CustomInstallation { folder, purge, purge_exclusions } = installation;
        let owner = self.services.runner.worker_user();
        let is_new = !folder.try_exists().map_err(Failure::io("look at", folder))?;
        std::fs::create_dir_all(folder).map_err(Failure::io("create the folder", folder))?;
        let target = Dir::open_ambient_dir(folder, ambient_authority())
            .map_err(Failure::io("open the folder", folder))?;
        if is_new {
            hand_over(&target, owner).map_err(Failure::io("change the owner of", folder))?;
        }
        if *purge {
            let keep = PurgePatterns::new(purge_exclusions)?;
            purge_folder(&target, "", folder, &keep)?;
        }
        let was_empty = target.entries().map_err(Failure::io("look at", folder))?.next().is_none();
        let copied = Copy { from_path: enclosure.path(), to_path: folder, owner, files: 0 }
            .everything(enclosure.dir(), &target)?;
        let (folder, emptied) = (folder.clone(), *purge);
        self.enclosure = Some(Enclosure::from_dir(target, folder.clone()));
        self.is_installed_elsewhere = true;
        self.installation_was_empty = Some(was_empty);
        self.look_at_enclosure()?;
        self.set_installation_folder(&self.told(&folder).to_string_lossy());
        self.set_result(derived::COPIED_FILES, &copied.to_string());
        let emptied = if emptied { "emptied, then " } else { "" };
        let files = if copied == 1 { "file" } else { "files" };
        let told = self.told(&folder);
        self.say(LogLevel::Info, format!("{emptied}{copied} {files} copied to {}", told.display()))
    }
}

/// Removes everything that no pattern keeps. Links are removed, not followed; a folder in which
/// something is kept stays. Whether something was kept.
fn purge_folder(
    dir: &Dir,
    prefix: &str,
    path: &Path,
    keep: &PurgePatterns,
) -> Result<bool, Failure> {
    let mut kept_any = false;
    let look = || Failure::io("empty the folder", path);
    for entry in dir.entries().map_err(look())? {
        let name = entry.map_err(look())?.file_name();
        let relative = match prefix {
            "" => name.to_string_lossy().into_owned(),
            _ => format!("{prefix}/{}", name.to_string_lossy()),
        };
        let path = path.join(&name);
        let remove = || Failure::io("remove", &path);
        if keep.keeps(&relative) {
            kept_any = true;
        } else if dir.symlink_metadata(&name).map_err(remove())?.is_dir() {
            let inner = dir.open_dir_nofollow(&name).map_err(remove())?;
            if purge_folder(&inner, &relative, &path, keep)? {
                kept_any = true;
            } else {
                dir.remove_dir(&name).map_err(remove())?;
            }
        } else {
            dir.remove_file(&name).map_err(remove())?;
        }
    }
    Ok(kept_any)
}

/// A copy of one folder into another: overwrites, removes nothing.
struct Copy<'p> {
    from_path: &'p Path,
    to_path: &'p Path,
    /// Whose the copies become, when hooks run as another user.
    owner: Option<UserIds>,
    files: u64,
}

impl Copy<'_> {
    /// Copies all; how many files that were.
    fn everything(mut self, from: &Dir, to: &Dir) -> Result<u64, Failure> {
        self.folder(from, to, Path::new(""))?;
        Ok(self.files)
    }

    fn folder(&mut self, from: &Dir, to: &Dir, relative: &Path) -> Result<(), Failure> {
        let look = |doing| Failure::io(doing, &self.from_path.join(relative));
        for entry in from.entries().map_err(look("read the folder"))? {
            let name = entry.map_err(look("read the folder"))?.file_name();
            let relative = relative.join(&name);
            let kind = from.symlink_metadata(&name).map_err(look("read the folder"))?.file_type();
            if kind.is_dir() {
                let inner = from.open_dir_nofollow(&name).map_err(look("read the folder"))?;
                let target = self.target_folder(to, &name, &relative)?;
                self.folder(&inner, &target, &relative)?;
            } else if kind.is_symlink() {
                self.link(from, to, &name, &relative)?;
            } else if kind.is_file() {
                self.file(from, to, &name)
                    .map_err(Failure::io("copy", &self.to_path.join(&relative)))?;
                self.files += 1;
            }
        }
        Ok(())
    }

    /// The folder of this name, which takes the place of whatever else is there.
    fn target_folder(
        &self,
        to: &Dir,
        name: &std::ffi::OsStr,
        relative: &Path,
    ) -> Result<Dir, Failure> {
        let io = || Failure::io("create the folder", &self.to_path.join(relative));
        match to.symlink_metadata(name) {
            Ok(there) if there.is_dir() => {}
            Ok(_) => {
                to.remove_file(name).map_err(io())?;
                self.new_folder(to, name).map_err(io())?;
            }
            Err(_) => self.new_folder(to, name).map_err(io())?,
        }
        to.open_dir_nofollow(name).map_err(io())
    }

    fn new_folder(&self, to: &Dir, name: &std::ffi::OsStr) -> io::Result<()> {
        to.create_dir(name)?;
        hand_over(&to.open_dir_nofollow(name)?, self.owner)
    }

    /// Writes a new file beside the old one and puts it in its place: whoever reads sees the old or
    /// the new content, and a link in the old one's place is replaced, not written through.
    fn file(&self, from: &Dir, to: &Dir, name: &std::ffi::OsStr) -> io::Result<()> {
        let mut reading = OpenOptions::new();
        reading.read(true).follow(FollowSymlinks::No);
        let mut source = from.open_with(name, &reading)?.into_std();
        let metadata = source.metadata()?;
        match to.remove_file(TEMPORARY_NAME) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut writing = OpenOptions::new();
        writing.write(true).create_new(true);
        let mut copy = to.open_with(TEMPORARY_NAME, &writing)?.into_std();
        io::copy(&mut source, &mut copy)?;
        copy.set_permissions(plain(metadata.permissions()))?;
        copy.set_modified(metadata.modified()?)?;
        hand_over_one(&copy, self.owner)?;
        drop(copy);
        if to.symlink_metadata(name).is_ok_and(|there| there.is_dir()) {
            to.remove_dir(name)?;
        }
        to.rename(TEMPORARY_NAME, to, name)
    }

    fn link(
        &self,
        from: &Dir,
        to: &Dir,
        name: &std::ffi::OsStr,
        relative: &Path,
    ) -> Result<(), Failure> {
        let io = || Failure::io("copy the link", &self.to_path.join(relative));
        let target = from.read_link_contents(name).map_err(io())?;
        if !stays_inside(relative, &target) {
            return Err(Failure::Link {
                path: relative.to_string_lossy().into_owned(),
                target: target.to_string_lossy().into_owned(),
            });
        }
        match to.remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io()(error)),
            _ => {}
        }
        #[cfg(unix)]
        return to.symlink(&target, name).map_err(io());
        #[cfg(not(unix))]
        return to.symlink_file(&target, name).map_err(io());
    }
}

/// Who may read, write and run a file. Not as whom it runs: packages have no such files, and a hook has
/// no call to make one.
#[cfg(unix)]
fn plain(mut permissions: Permissions) -> Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    permissions.set_mode(permissions.mode() & 0o777);
    permissions
}

/// As they are.
#[cfg(not(unix))]
fn plain(permissions: Permissions) -> Permissions {
    permissions
}

/// Whether a link at `link` to `target` leads to a place below the folder that both are in.
fn stays_inside(link: &Path, target: &Path) -> bool {
    let mut depth = link.components().count().saturating_sub(1);
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return false,
            },
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    target != PathBuf::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_leave_are_told_from_links_that_stay() {
        for (link, target, expected) in [
            ("a", "b", true),
            ("d/a", "../b", true),
            ("d/a", "./../e/../b", true),
            ("a", "../b", false),
            ("d/a", "../../b", false),
            ("d/a", "e/../../../d/b", false),
            ("a", "/etc/passwd", false),
            ("a", "", false),
        ] {
            assert_eq!(
                stays_inside(Path::new(link), Path::new(target)),
                expected,
                "{link} {target}"
            );
        }
    }
}
