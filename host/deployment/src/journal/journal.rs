//! `Journal`: writing it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::make::make;
use super::schema;
use crate::folders::STATE_FOLDER;
use crate::journal::{Beginning, Ending, EntryStatus, JournalError};

const FILE_NAME: &str = "journal.sqlite";

/// The journal of a root. Every function that writes has written durably when it returns.
#[derive(Debug)]
pub struct Journal {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
}

impl Journal {
    /// Opens the journal of a root for writing, making it if it is not there. The root's own folder must exist, and
    /// nobody else may be making the journal: whoever deploys holds the root's lock.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn open(root: &Path) -> Result<Self, JournalError> {
        let path = Self::path(root);
        if !path.exists() {
            make(&path)?;
        }
        let journal = Self::connect(path, OpenFlags::default())?;
        journal.check(schema::configure(&journal.connection))?;
        match journal.check(schema::format(&journal.connection))? {
            0 => journal.check(schema::fill(&journal.connection))?,
            found => journal.refuse_newer(found)?,
        }
        Ok(journal)
    }

    /// Opens the journal of a root for reading; `None` if there is none.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn open_existing(root: &Path) -> Result<Option<Self>, JournalError> {
        let path = Self::path(root);
        // What this user may not look at is not taken for what is not there.
        match path.try_exists() {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(source) => return Err(JournalError::Look { path, source }),
        }
        let journal = Self::connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        match journal.check(schema::format(&journal.connection))? {
            0 => Ok(None),
            found => journal.refuse_newer(found).map(|()| Some(journal)),
        }
    }

    /// Writes a copy of the journal below another root, which has none yet and whose own folder exists.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub(crate) fn copy_to(&self, root: &Path) -> Result<(), JournalError> {
        let copy = Self::path(root);
        let result = self.connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]);
        self.check(result).map(|_| ())
    }

    fn path(root: &Path) -> PathBuf {
        root.join(STATE_FOLDER).join(FILE_NAME)
    }

    pub(super) fn connect(path: PathBuf, flags: OpenFlags) -> Result<Self, JournalError> {
        match Connection::open_with_flags(&path, flags) {
            Ok(connection) => Ok(Self { connection, path }),
            Err(source) => Err(JournalError::Database { path, source }),
        }
    }

    fn refuse_newer(&self, found: i64) -> Result<(), JournalError> {
        if found > schema::FORMAT {
            let path = self.path.clone();
            return Err(JournalError::Newer { path, found, known: schema::FORMAT });
        }
        Ok(())
    }

    pub(super) fn check<T>(&self, result: rusqlite::Result<T>) -> Result<T, JournalError> {
        result.map_err(|source| JournalError::Database { path: self.path.clone(), source })
    }

    /// Records that a deployment begins.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn begin(&mut self, beginning: &Beginning) -> Result<(), JournalError> {
        let b = beginning;
        let result = self.connection.execute(
            "INSERT INTO deployment (id, started, status, package_id, package_version, package_sha256,
                package_file, environment, tenant, policy_set, machine, operator, plan_sha256,
                policy_digest, folder, extracted, installation_folder, package_signers)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            params![
                b.id.to_string(), timestamp(b.started), EntryStatus::Running.key(), b.package_id,
                b.package_version, b.package_sha256, b.package_file.to_string_lossy(),
                b.environment, b.tenant, b.policy_set, b.machine, b.operator, b.plan_sha256,
                b.policy_digest, b.folder, b.extracted,
                b.installation_folder.as_ref().map(|path| path.to_string_lossy()),
                json_list(&b.package_signers),
            ],
        );
        self.check(result).map(|_| ())
    }

    /// Records whether the extraction folder, if it is there, holds the whole package.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn extracted(&mut self, id: Uuid, extracted: bool) -> Result<(), JournalError> {
        let result = self.connection.execute(
            "UPDATE deployment SET extracted = ?2 WHERE id = ?1",
            params![id.to_string(), extracted],
        );
        self.check(result).map(|_| ())
    }

    /// Records how a deployment ended, with everything that its hooks did.
    ///
    /// # Errors
    /// See [`JournalError`]; nothing is recorded then.
    pub fn end(&mut self, id: Uuid, ending: &Ending<'_>) -> Result<(), JournalError> {
        let result = write_ending(&mut self.connection, id, ending);
        self.check(result)
    }

    /// Records that a deployment that began never ended.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn interrupted(&mut self, id: Uuid, folder_removed: bool) -> Result<(), JournalError> {
        let ending = Ending {
            ended: OffsetDateTime::now_utc(),
            status: EntryStatus::Interrupted,
            failure: None,
            folder_removed,
            hooks: &[],
            artifacts: &[],
        };
        self.end(id, &ending)
    }

    /// Records that a deployment's extraction folder was removed.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn folder_removed(&mut self, id: Uuid) -> Result<(), JournalError> {
        let result = self.connection.execute(
            "UPDATE deployment SET folder_removed = ?2 WHERE id = ?1",
            params![id.to_string(), timestamp(OffsetDateTime::now_utc())],
        );
        self.check(result).map(|_| ())
    }
}

fn write_ending(
    connection: &mut Connection,
    id: Uuid,
    ending: &Ending<'_>,
) -> rusqlite::Result<()> {
    let id = id.to_string();
    let ended = timestamp(ending.ended);
    let transaction = connection.transaction()?;
    transaction.execute(
        "UPDATE deployment SET ended = ?2, status = ?3, failure = ?4, folder_removed = ?5 WHERE id = ?1",
        params![id, ended, ending.status.key(), ending.failure, ending.folder_removed.then_some(&ended)],
    )?;
    for (number, hook) in ending.hooks.iter().enumerate() {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let report = hook.report.as_ref().and_then(|report| serde_json::to_string(report).ok());
        transaction.execute(
            "INSERT INTO hook VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                id,
                number,
                hook.convention,
                hook.stage,
                json_key(&hook.source),
                hook.name,
                hook.sha256,
                json_list(&hook.signers),
                hook.succeeded,
                report,
            ],
        )?;
        let mut insert =
            transaction.prepare("INSERT INTO change VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        for (position, change) in (0_i64..).zip(&hook.changes) {
            let details = serde_json::to_string(change).unwrap_or_default();
            let what = json_key(&change.what);
            insert.execute(params![id, number, position, change.path, what, details])?;
        }
    }
    for artifact in ending.artifacts {
        let size = i64::try_from(artifact.size).unwrap_or(i64::MAX);
        transaction.execute(
            "INSERT INTO artifact VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, artifact.path.to_string_lossy(), artifact.name, size, artifact.sha256],
        )?;
    }
    transaction.commit()
}

/// The text that a unit variant serialises as.
fn json_key(value: &impl serde::Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

fn json_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

pub(super) fn timestamp(time: OffsetDateTime) -> String {
    // Formatting fails for years beyond 9999 only.
    time.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}
