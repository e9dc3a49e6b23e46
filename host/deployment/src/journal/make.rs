//! Makes a journal: an empty one is written beside its place, flushed once, and moved there.
//!
//! SQLite can make a database durably on its own, and waits for the disk seven times meanwhile: a third of all waiting
//! of a root's first deployment.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::schema;
use super::{Journal, JournalError};

/// Makes an empty journal at `path`, whole or not at all. Its name lasts from the first deployment on that is recorded
/// in it: SQLite flushes the folder when it begins the log beside the journal.
pub(super) fn make(path: &Path) -> Result<(), JournalError> {
    let failed = |source| JournalError::Make { path: path.to_owned(), source };
    // Of a process that was killed here, and of a journal that somebody removed: what is still in the log of one must
    // not get into another.
    for ending in [".new", ".new-wal", ".new-shm", "-wal", "-shm"] {
        remove(&beside(path, ending)).map_err(failed)?;
    }
    let draft = beside(path, ".new");
    let journal = Journal::connect(draft.clone(), OpenFlags::default())?;
    journal.check(schema::fill_unshared(&journal.connection))?;
    let closed = journal.connection.close().map_err(|(_, error)| error);
    closed.map_err(|source| JournalError::Database { path: draft.clone(), source })?;
    // Windows flushes only what is open for writing.
    let flushed = File::options().write(true).open(&draft).and_then(|file| file.sync_all());
    flushed.and_then(|()| fs::rename(&draft, path)).map_err(failed)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::folders::STATE_FOLDER;

    #[test]
    fn a_new_journal_is_whole_and_has_nothing_of_a_removed_one() {
        let root = tempfile::tempdir().unwrap();
        let state = root.path().join(STATE_FOLDER);
        fs::create_dir(&state).unwrap();
        let mut first = Journal::open(root.path()).unwrap();
        first.begin(&beginning()).unwrap();
        drop(first);
        assert_eq!(Journal::open(root.path()).unwrap().entries().unwrap().len(), 1);

        // The log stays when the journal is closed; so does what a killed process was making.
        assert!(fs::metadata(state.join("journal.sqlite-wal")).unwrap().len() > 0);
        fs::remove_file(state.join("journal.sqlite")).unwrap();
        fs::write(state.join("journal.sqlite.new"), "half").unwrap();
        let second = Journal::open(root.path()).unwrap();
        assert!(second.entries().unwrap().is_empty());
        drop(second);
        assert!(!state.join("journal.sqlite.new").exists());
    }

    fn beginning() -> crate::journal::Beginning {
        let text = String::new;
        crate::journal::Beginning {
            id: Uuid::now_v7(),
            started: time::OffsetDateTime::now_utc(),
            package_id: text(),
            package_version: text(),
            package_sha256: text(),
            package_signers: Vec::new(),
            package_file: PathBuf::new(),
            environment: None,
            tenant: None,
            policy_set: None,
            machine: text(),
            operator: text(),
            plan_sha256: text(),
            policy_digest: text(),
            folder: text(),
            extracted: false,
            installation_folder: None,
        }
    }
}
