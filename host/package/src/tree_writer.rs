//! `TreeWriter`: writes files and folders below one folder, creating everything and following nothing.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write as _};
use std::time::SystemTime;

use cap_std::fs::{Dir, OpenOptions};

use crate::entry::Entry;
use crate::fault::Fault;
use crate::links::Link;
use crate::sink::Sink;
use crate::{EntryPath, ExtractError, Sha256Digest, platform};

/// The mode of folders that a package implies but does not list.
const IMPLIED_FOLDER_MODE: u32 = 0o755;

/// Writes below a folder. Everything is created anew, so that nothing which was there is ever written through;
/// folders are opened one component below a handle, so that renaming them meanwhile leads nowhere else.
#[derive(Debug)]
pub(crate) struct TreeWriter<'a> {
    root: &'a Dir,
    /// Folders known to have been created.
    made: HashSet<Box<str>>,
    /// The folder that was written to last: archives list a folder's files one after another.
    parent: Option<(Box<str>, Dir)>,
    file: Option<File>,
    /// Listed folders, whose times are set after everything in them was written.
    listed: Vec<Listed>,
}

#[derive(Debug)]
struct Listed {
    path: EntryPath,
    mode: u32,
    modified: Option<SystemTime>,
}

impl<'a> TreeWriter<'a> {
    pub(crate) fn new(root: &'a Dir) -> Self {
        Self { root, made: HashSet::new(), parent: None, file: None, listed: Vec::new() }
    }

    /// Creates the folder that `path` lies in, and those above it.
    pub(crate) fn make_parent(&mut self, path: &EntryPath) -> Result<(), Fault> {
        let text = path.as_str();
        let Some(parent) = path.parent() else { return Ok(()) };
        if self.made.contains(parent) {
            return Ok(());
        }
        for (at, _) in text.match_indices('/') {
            self.make_folder(&text[..at], IMPLIED_FOLDER_MODE)?;
        }
        Ok(())
    }

    /// Creates the links, then gives folders their modes and times, innermost first.
    pub(crate) fn finish(mut self, links: &[Link]) -> Result<(), ExtractError> {
        for link in links {
            let path = &link.path;
            self.make_parent(path)
                .and_then(|()| {
                    let parent = self.parent_of(path)?;
                    platform::symlink(parent, &link.target, path.file_name()).map_err(Fault::Write)
                })
                .map_err(|fault| fault.at(path.as_str().as_bytes()))?;
        }
        self.listed.sort_unstable_by(|a, b| b.path.cmp(&a.path));
        for folder in &self.listed {
            let Listed { path, mode, modified } = folder;
            let set = || -> io::Result<()> {
                let parent = match path.parent() {
                    Some(parent) => &self.root.open_dir(parent)?,
                    None => self.root,
                };
                platform::restrict_folder(parent, path.file_name(), *mode)?;
                match modified {
                    Some(time) => platform::set_folder_time(parent, path.file_name(), *time),
                    None => Ok(()),
                }
            };
            set().map_err(|error| Fault::Write(error).at(path.as_str().as_bytes()))?;
        }
        Ok(())
    }

    fn make_folder(&mut self, path: &str, mode: u32) -> Result<(), Fault> {
        if !self.made.contains(path) {
            platform::create_folder(self.root, path, mode).map_err(Fault::Write)?;
            self.made.insert(path.into());
        }
        Ok(())
    }

    fn parent_of(&mut self, path: &EntryPath) -> Result<&Dir, Fault> {
        let Some(wanted) = path.parent() else { return Ok(self.root) };
        if self.parent.as_ref().is_none_or(|(open, _)| **open != *wanted) {
            let opened = self.root.open_dir(wanted).map_err(Fault::Write)?;
            self.parent = Some((wanted.into(), opened));
        }
        Ok(self.parent.as_ref().map_or(self.root, |(_, folder)| folder))
    }
}

impl Sink for TreeWriter<'_> {
    fn directory(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.make_parent(&entry.path)?;
        self.make_folder(entry.path.as_str(), entry.mode)?;
        let Entry { path, mode, modified, .. } = entry;
        self.listed.push(Listed { path: path.clone(), mode: *mode, modified: *modified });
        Ok(())
    }

    fn prepare(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.make_parent(&entry.path)
    }

    fn begin(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.make_parent(&entry.path)?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        platform::set_create_mode(&mut options, entry.mode);
        let parent = self.parent_of(&entry.path)?;
        let file = parent.open_with(entry.path.file_name(), &options).map_err(Fault::Write)?;
        self.file = Some(file.into_std());
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match &mut self.file {
            Some(file) => file.write_all(bytes).map_err(Fault::Write),
            None => Ok(()),
        }
    }

    fn end(&mut self, entry: &Entry, _sha256: Sha256Digest) -> Result<(), Fault> {
        match (self.file.take(), entry.modified) {
            (Some(file), Some(time)) => file.set_modified(time).map_err(Fault::Write),
            _ => Ok(()),
        }
    }

    fn beside(&self) -> Self {
        Self { made: self.made.clone(), ..Self::new(self.root) }
    }

    fn absorb(&mut self, other: Self) {
        self.listed.extend(other.listed);
    }
}
