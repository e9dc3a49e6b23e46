//! The journal's file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, params};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::entry::{HookRun, JournalEntry, NewDeployment, RecordedOutcome};
use crate::changes::{Change, ChangeKind};

/// The version of `schema.sql`, kept in SQLite's `user_version`.
const SCHEMA_VERSION: i32 = 1;

/// How long to wait for another process that is writing; every write takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Every deployment to one root.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    path: PathBuf,
}

/// A journal that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// SQLite refuses.
    #[error("cannot {doing} the journal `{}`", path.display())]
    Sqlite {
        /// What was attempted.
        doing: &'static str,
        /// The journal.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// It was written by a later version.
    #[error(
        "the journal `{}` has format {found}, and this version knows {SCHEMA_VERSION}; use the Cofferdam that wrote it",
        path.display()
    )]
    TooNew {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: i32,
    },
}

impl Journal {
    /// Opens the journal, and makes it when there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, is damaged, or was written by a later version.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let failed = |doing| {
            let path = path.to_owned();
            move |source| JournalError::Sqlite { doing, path, source }
        };
        let mut connection = Connection::open(path).map_err(failed("open"))?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(failed("open"))?;
        // One sync a commit, and every commit is on disk before it returns.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed("open"))?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(failed("open"))?;
        connection.pragma_update(None, "foreign_keys", true).map_err(failed("open"))?;
        let version: i32 = connection
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(failed("read"))?;
        match version {
            SCHEMA_VERSION => {}
            0 => create_schema(&mut connection).map_err(failed("create"))?,
            found => return Err(JournalError::TooNew { path: path.to_owned(), found }),
        }
        Ok(Self { connection, path: path.to_owned() })
    }

    /// Writes down that a deployment begins. Durable when it returns.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn begin(&self, deployment: &NewDeployment) -> Result<(), JournalError> {
        self.execute(
            "INSERT INTO deployment (id, retention_set, package_id, package_version, \
             package_sha256, environment, tenant, plan_sha256, started_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                deployment.id,
                deployment.retention_set,
                deployment.package_id,
                deployment.package_version,
                deployment.package_sha256,
                deployment.environment,
                deployment.tenant,
                deployment.plan_sha256,
                rfc3339(deployment.started_at),
            ],
        )
    }

    /// Writes down the extraction folder, before it is made.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn extracting_to(&self, id: &str, folder: &str) -> Result<(), JournalError> {
        self.execute("UPDATE deployment SET extracted_to = ?2 WHERE id = ?1", params![id, folder])
    }

    /// Writes down the custom installation folder.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn installing_to(&self, id: &str, folder: &str) -> Result<(), JournalError> {
        self.execute(
            "UPDATE deployment SET custom_installation = ?2 WHERE id = ?1",
            params![id, folder],
        )
    }

    /// Writes down how a deployment ended, with what its hooks did. Durable when it returns.
    ///
    /// # Errors
    /// When the journal cannot be written; then nothing of it is.
    pub fn end(
        &mut self,
        id: &str,
        outcome: RecordedOutcome,
        error: Option<&str>,
        ended_at: OffsetDateTime,
        hooks: &[HookRun],
    ) -> Result<(), JournalError> {
        let path = self.path.clone();
        let failed = |source| JournalError::Sqlite { doing: "write", path, source };
        self.try_end(id, outcome, error, ended_at, hooks).map_err(failed)
    }

    fn try_end(
        &mut self,
        id: &str,
        outcome: RecordedOutcome,
        error: Option<&str>,
        ended_at: OffsetDateTime,
        hooks: &[HookRun],
    ) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "UPDATE deployment SET outcome = ?2, error = ?3, ended_at = ?4 WHERE id = ?1",
            params![id, outcome.key(), error, rfc3339(ended_at)],
        )?;
        for hook in hooks {
            transaction.execute(
                "INSERT INTO hook_run VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    id,
                    hook.sequence,
                    hook.convention,
                    hook.stage,
                    hook.origin,
                    hook.name,
                    hook.sha256,
                    i64::try_from(hook.wall_ms).unwrap_or(i64::MAX),
                    hook.exit_code,
                    hook.error,
                ],
            )?;
            let mut insert =
                transaction.prepare_cached("INSERT INTO file_change VALUES (?1, ?2, ?3, ?4)")?;
            for change in &hook.changes {
                insert.execute(params![id, hook.sequence, change.path, change.change.key()])?;
            }
        }
        transaction.commit()
    }

    /// Notes that a deployment which began and never ended was interrupted.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn mark_interrupted(&self, id: &str) -> Result<(), JournalError> {
        self.execute(
            "UPDATE deployment SET outcome = 'interrupted' WHERE id = ?1 AND outcome IS NULL",
            params![id],
        )
    }

    /// Notes that retention removed a deployment's folder.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub fn mark_removed(&self, id: &str, removed_at: OffsetDateTime) -> Result<(), JournalError> {
        self.execute(
            "UPDATE deployment SET removed_at = ?2 WHERE id = ?1",
            params![id, rfc3339(removed_at)],
        )
    }

    /// Deployments that began and did not end. Under the root's lock these were interrupted.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn interrupted(&self) -> Result<Vec<JournalEntry>, JournalError> {
        self.select("WHERE outcome IS NULL ORDER BY id", params![])
    }

    /// Every deployment, the latest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn entries(&self) -> Result<Vec<JournalEntry>, JournalError> {
        self.select("ORDER BY id DESC", params![])
    }

    /// The deployments of a retention set, the latest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn entries_of_set(&self, retention_set: &str) -> Result<Vec<JournalEntry>, JournalError> {
        self.select("WHERE retention_set = ?1 ORDER BY id DESC", params![retention_set])
    }

    /// One deployment.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn entry(&self, id: &str) -> Result<Option<JournalEntry>, JournalError> {
        Ok(self.select("WHERE id = ?1", params![id])?.pop())
    }

    /// What the hooks of a deployment did, in the order of running.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub fn hook_runs(&self, id: &str) -> Result<Vec<HookRun>, JournalError> {
        self.try_hook_runs(id).map_err(self.failed("read"))
    }

    fn try_hook_runs(&self, id: &str) -> rusqlite::Result<Vec<HookRun>> {
        let mut select = self.connection.prepare_cached(
            "SELECT sequence, convention, stage, origin, name, sha256, wall_ms, exit_code, error \
             FROM hook_run WHERE deployment = ?1 ORDER BY sequence",
        )?;
        let runs = select.query_map(params![id], |row| {
            Ok(HookRun {
                sequence: row.get(0)?,
                convention: row.get(1)?,
                stage: row.get(2)?,
                origin: row.get(3)?,
                name: row.get(4)?,
                sha256: row.get(5)?,
                wall_ms: u64::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
                exit_code: row.get(7)?,
                error: row.get(8)?,
                changes: Vec::new(),
            })
        })?;
        let mut runs = runs.collect::<rusqlite::Result<Vec<HookRun>>>()?;
        let mut select = self.connection.prepare_cached(
            "SELECT path, change FROM file_change WHERE deployment = ?1 AND sequence = ?2 ORDER BY path",
        )?;
        for run in &mut runs {
            let changes = select.query_map(params![id, run.sequence], |row| {
                let key: String = row.get(1)?;
                let change = ChangeKind::from_key(&key).unwrap_or(ChangeKind::Changed);
                Ok(Change { path: row.get(0)?, change })
            })?;
            run.changes = changes.collect::<rusqlite::Result<_>>()?;
        }
        Ok(runs)
    }

    fn execute(
        &self,
        sql: &'static str,
        parameters: &[&dyn rusqlite::ToSql],
    ) -> Result<(), JournalError> {
        self.connection.execute(sql, parameters).map(|_| ()).map_err(self.failed("write"))
    }

    fn select(
        &self,
        condition: &str,
        parameters: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<JournalEntry>, JournalError> {
        let sql = format!(
            "SELECT id, retention_set, package_id, package_version, package_sha256, environment, \
             tenant, plan_sha256, started_at, extracted_to, custom_installation, ended_at, outcome, \
             error, removed_at FROM deployment {condition}"
        );
        let read = || -> rusqlite::Result<Vec<JournalEntry>> {
            self.connection.prepare_cached(&sql)?.query_map(parameters, read_entry)?.collect()
        };
        read().map_err(self.failed("read"))
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(rusqlite::Error) -> JournalError + use<> {
        let path = self.path.clone();
        move |source| JournalError::Sqlite { doing, path, source }
    }
}

fn create_schema(connection: &mut Connection) -> rusqlite::Result<()> {
    // Two processes may find an empty file at the same time: the second waits, and looks again.
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let made: Option<i64> = transaction
        .query_row("SELECT 1 FROM sqlite_master WHERE name = 'deployment'", [], |row| row.get(0))
        .optional()?;
    if made.is_none() {
        transaction.execute_batch(include_str!("schema.sql"))?;
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    }
    transaction.commit()
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<JournalEntry> {
    Ok(JournalEntry {
        id: row.get(0)?,
        retention_set: row.get(1)?,
        package_id: row.get(2)?,
        package_version: row.get(3)?,
        package_sha256: row.get(4)?,
        environment: row.get(5)?,
        tenant: row.get(6)?,
        plan_sha256: row.get(7)?,
        started_at: time_of(row, 8)?.unwrap_or(OffsetDateTime::UNIX_EPOCH),
        extracted_to: row.get(9)?,
        custom_installation: row.get(10)?,
        ended_at: time_of(row, 11)?,
        outcome: row.get::<_, Option<String>>(12)?.and_then(|key| RecordedOutcome::from_key(&key)),
        error: row.get(13)?,
        removed_at: time_of(row, 14)?,
    })
}

fn time_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<OffsetDateTime>> {
    let text: Option<String> = row.get(column)?;
    let parse = |text: String| {
        OffsetDateTime::parse(&text, &Rfc3339).map_err(|error| {
            let kind = rusqlite::types::Type::Text;
            rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
        })
    };
    text.map(parse).transpose()
}

#[expect(clippy::expect_used, reason = "RFC 3339 fails for years beyond 9999 only")]
fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).expect("a time of our own clock")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(id: &str) -> NewDeployment {
        NewDeployment {
            id: id.into(),
            retention_set: "Production/Acme.Web".into(),
            package_id: "Acme.Web".into(),
            package_version: "1.0.0".into(),
            package_sha256: "00".into(),
            environment: Some("Production".into()),
            tenant: None,
            plan_sha256: "11".into(),
            started_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_was_written_is_read_by_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let mut journal = Journal::open(&path).unwrap();
        journal.begin(&deployment("1")).unwrap();
        journal.extracting_to("1", "/apps/Acme.Web/1.0.0").unwrap();
        let run = HookRun {
            sequence: 1,
            convention: 14,
            stage: "Deploy".into(),
            origin: "package".into(),
            name: "Deploy.wasm".into(),
            sha256: "22".into(),
            wall_ms: 3,
            exit_code: Some(0),
            error: None,
            changes: vec![Change { path: "a".into(), change: ChangeKind::Added }],
        };
        let now = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(5);
        journal.end("1", RecordedOutcome::Succeeded, None, now, &[run.clone()]).unwrap();
        drop(journal);

        let journal = Journal::open(&path).unwrap();
        let entry = journal.entry("1").unwrap().unwrap();
        assert!(entry.succeeded());
        assert_eq!(entry.installed_to(), Some("/apps/Acme.Web/1.0.0"));
        assert_eq!(entry.ended_at, Some(now));
        assert_eq!(journal.hook_runs("1").unwrap(), [run]);
        assert!(journal.interrupted().unwrap().is_empty());
    }

    #[test]
    fn what_began_and_did_not_end_was_interrupted() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("journal.sqlite")).unwrap();
        journal.begin(&deployment("1")).unwrap();
        assert_eq!(journal.interrupted().unwrap().len(), 1);
        journal.mark_interrupted("1").unwrap();
        assert!(journal.interrupted().unwrap().is_empty());
        let entry = journal.entry("1").unwrap().unwrap();
        assert_eq!(entry.outcome, Some(RecordedOutcome::Interrupted));
    }

    #[test]
    fn a_journal_of_a_later_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        drop(Journal::open(&path).unwrap());
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = Journal::open(&path).unwrap_err();
        assert!(matches!(error, JournalError::TooNew { found: 99, .. }), "{error}");
    }

    #[test]
    fn a_file_that_is_no_journal_is_an_error_and_stays_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        std::fs::write(&path, "not a database, but long enough to look like one".repeat(50))
            .unwrap();
        assert!(matches!(Journal::open(&path), Err(JournalError::Sqlite { .. })));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("not a database"));
    }
}
