//! `OpenFolder` and `State`: what lies in a folder, each entry looked at without following it.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(not(unix), path = "portable.rs")]
mod system;

use std::ffi::OsStr;
use std::io;

use serde::{Deserialize, Serialize};

pub(crate) use system::OpenFolder;
#[cfg(unix)]
pub(crate) use system::state_of;

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Something else, which no hook can make.
    Other,
}

/// What is known of an entry without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) kind: EntryKind,
    /// The size of a file in bytes; 0 for everything else.
    pub(crate) size: u64,
    pub(crate) mode: u32,
    /// Times and identity: what tells apart two files of the same size. A hook can set its files'
    /// modification time, but not the time of that change.
    pub(crate) stamp: [i128; 3],
    /// Where a link leads.
    pub(crate) link: Option<String>,
}

/// How often an entry is looked at that is replaced each time between two calls. Only a program that
/// does nothing else gets there.
pub(crate) const MAX_LOOKS: u32 = 64;

impl OpenFolder {
    /// The state of one entry, and the folder if it is one that is to be `entered`; `None` if it has vanished.
    ///
    /// Others may change the folder at the same time: a running application in a custom installation
    /// folder, another hook in the folder of `run-hook`. So an entry that was something else when it
    /// was opened than when it was looked at is looked at again.
    ///
    /// # Errors
    /// What the file system answers.
    pub(crate) fn look(
        &self,
        name: &OsStr,
        entered: bool,
    ) -> io::Result<Option<(State, Option<Self>)>> {
        let mut looks = 1;
        loop {
            let mut state = match self.state(name) {
                Ok(state) => state,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            };
            let opened = match state.kind {
                EntryKind::Link => self.link(name).map(|link| {
                    state.link = Some(link);
                    None
                }),
                EntryKind::Folder if entered => self.open(name).map(Some),
                _ => Ok(None),
            };
            match opened {
                Ok(folder) => return Ok(Some((state, folder))),
                Err(error) if looks == MAX_LOOKS => return Err(error),
                Err(_) => looks += 1,
            }
        }
    }
}
