//! Reading the journal.

use std::path::PathBuf;

use rusqlite::Row;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::journal::{Entry, EntryStatus, HookEntry, Journal, JournalError};

/// Which deployments belong together: one is "previous" to another only within the same scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The package's id; ids compare ignoring case, as in Octopus.
    pub package_id: String,
    /// The environment.
    pub environment: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The set that the operator named.
    pub policy_set: Option<String>,
}

impl Scope {
    /// Whether a deployment belongs to it.
    #[must_use]
    pub fn contains(&self, entry: &Entry) -> bool {
        entry.package_id.eq_ignore_ascii_case(&self.package_id)
            && entry.environment == self.environment
            && entry.tenant == self.tenant
            && entry.policy_set == self.policy_set
    }

    /// The scope that a deployment belongs to.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self {
            package_id: entry.package_id.clone(),
            environment: entry.environment.clone(),
            tenant: entry.tenant.clone(),
            policy_set: entry.policy_set.clone(),
        }
    }
}

/// The deployments before one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreviousOf {
    /// The latest one, whatever became of it.
    pub latest: Option<Entry>,
    /// The latest that succeeded.
    pub latest_successful: Option<Entry>,
}

const COLUMNS: &str = "id, started, ended, status, failure, package_id, package_version, \
    package_sha256, package_signers, package_file, environment, tenant, policy_set, folder, extracted, \
    installation_folder, folder_removed";

impl Journal {
    /// All deployments, the latest first.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn entries(&self) -> Result<Vec<Entry>, JournalError> {
        // UUIDs of version 7 order those of the same millisecond.
        let sql = format!("SELECT {COLUMNS} FROM deployment ORDER BY started DESC, id DESC");
        let mut statement = self.check(self.connection.prepare(&sql))?;
        let rows = self.check(statement.query_map([], |row| Ok(entry(row))))?;
        rows.map(|row| {
            self.check(row)?.map_err(|what| JournalError::Damaged { path: self.path.clone(), what })
        })
        .collect()
    }

    /// The deployments that began and did not end.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn running(&self) -> Result<Vec<Entry>, JournalError> {
        let entries = self.entries()?;
        Ok(entries.into_iter().filter(|entry| entry.status == EntryStatus::Running).collect())
    }

    /// The latest deployments of a scope.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn previous(&self, scope: &Scope) -> Result<PreviousOf, JournalError> {
        let mut previous = PreviousOf::default();
        for entry in self.entries()?.into_iter().filter(|entry| scope.contains(entry)) {
            let successful = entry.status == EntryStatus::Succeeded;
            if previous.latest.is_none() {
                previous.latest = Some(entry.clone());
            }
            if successful {
                previous.latest_successful = Some(entry);
                break;
            }
        }
        Ok(previous)
    }

    /// The hooks that ran in a deployment, in order, with what they changed.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn hooks(&self, id: Uuid) -> Result<Vec<HookEntry>, JournalError> {
        let id = id.to_string();
        let damaged =
            |what: &str| JournalError::Damaged { path: self.path.clone(), what: what.to_owned() };
        let mut statement = self.check(self.connection.prepare(
            "SELECT number, convention, stage, source, name, sha256, succeeded, report, signers
             FROM hook WHERE deployment = ?1 ORDER BY number",
        ))?;
        let rows = statement.query_map([&id], |row| {
            let hook = HookEntry {
                convention: row.get(1)?,
                stage: row.get(2)?,
                source: crate::HookSource::Package,
                name: row.get(4)?,
                sha256: row.get(5)?,
                signers: Vec::new(),
                succeeded: row.get(6)?,
                report: None,
                changes: Vec::new(),
            };
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(3)?,
                row.get::<_, Option<String>>(7)?,
                row.get::<_, String>(8)?,
                hook,
            ))
        });
        let mut hooks = Vec::new();
        for row in self.check(rows)? {
            let (number, source, report, signers, mut hook) = self.check(row)?;
            hook.signers =
                serde_json::from_str(&signers).map_err(|_| damaged("a hook's signers"))?;
            hook.source =
                serde_json::from_value(source.into()).map_err(|_| damaged("a hook's source"))?;
            hook.report = match report {
                Some(text) => {
                    Some(serde_json::from_str(&text).map_err(|_| damaged("a hook's report"))?)
                }
                None => None,
            };
            let mut changes = self.check(self.connection.prepare(
                "SELECT details FROM change WHERE deployment = ?1 AND hook = ?2 ORDER BY number",
            ))?;
            let texts =
                self.check(changes.query_map((&id, number), |row| row.get::<_, String>(0)))?;
            for text in texts {
                let text = self.check(text)?;
                hook.changes
                    .push(serde_json::from_str(&text).map_err(|_| damaged("a hook's change"))?);
            }
            hooks.push(hook);
        }
        Ok(hooks)
    }
}

fn entry(row: &Row<'_>) -> Result<Entry, String> {
    let text = |column: &str| row.get::<_, String>(column).map_err(|error| error.to_string());
    let some =
        |column: &str| row.get::<_, Option<String>>(column).map_err(|error| error.to_string());
    let time =
        |text: &str| OffsetDateTime::parse(text, &Rfc3339).map_err(|error| error.to_string());
    let status = text("status")?;
    Ok(Entry {
        id: Uuid::parse_str(&text("id")?).map_err(|error| error.to_string())?,
        started: time(&text("started")?)?,
        ended: some("ended")?.as_deref().map(time).transpose()?,
        status: EntryStatus::from_key(&status).ok_or(format!("the status `{status}`"))?,
        failure: some("failure")?,
        package_id: text("package_id")?,
        package_version: text("package_version")?,
        package_sha256: text("package_sha256")?,
        package_signers: serde_json::from_str(&text("package_signers")?)
            .map_err(|_| "the package's signers".to_owned())?,
        package_file: PathBuf::from(text("package_file")?),
        environment: some("environment")?,
        tenant: some("tenant")?,
        policy_set: some("policy_set")?,
        folder: text("folder")?,
        extracted: row.get("extracted").map_err(|error| error.to_string())?,
        installation_folder: some("installation_folder")?.map(PathBuf::from),
        folder_removed: some("folder_removed")?.is_some(),
    })
}
