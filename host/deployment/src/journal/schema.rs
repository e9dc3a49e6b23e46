//! The journal's tables.

use rusqlite::Connection;

/// The format that is written; counts up when tables change.
pub(super) const FORMAT: i64 = 1;

/// The tables of format 1. Times are RFC 3339 in UTC, digests hexadecimal, folders relative to the root,
/// signers JSON arrays.
const TABLES: &str = "
CREATE TABLE deployment (
    id                  TEXT PRIMARY KEY,
    started             TEXT NOT NULL,
    ended               TEXT,
    status              TEXT NOT NULL,
    failure             TEXT,
    package_id          TEXT NOT NULL,
    package_version     TEXT NOT NULL,
    package_sha256      TEXT NOT NULL,
    package_signers     TEXT NOT NULL,
    package_file        TEXT NOT NULL,
    environment         TEXT,
    tenant              TEXT,
    policy_set          TEXT,
    machine             TEXT NOT NULL,
    operator            TEXT NOT NULL,
    plan_sha256         TEXT NOT NULL,
    policy_digest       TEXT NOT NULL,
    folder              TEXT NOT NULL,
    extracted           INTEGER NOT NULL DEFAULT 0,
    installation_folder TEXT,
    folder_removed      TEXT
) STRICT;
CREATE INDEX deployment_package ON deployment (package_id, started);
CREATE TABLE hook (
    deployment  TEXT NOT NULL REFERENCES deployment (id),
    number      INTEGER NOT NULL,
    convention  INTEGER NOT NULL,
    stage       TEXT NOT NULL,
    source      TEXT NOT NULL,
    name        TEXT NOT NULL,
    sha256      TEXT NOT NULL,
    signers     TEXT NOT NULL,
    succeeded   INTEGER NOT NULL,
    report      TEXT,
    PRIMARY KEY (deployment, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE change (
    deployment  TEXT NOT NULL,
    hook        INTEGER NOT NULL,
    number      INTEGER NOT NULL,
    path        TEXT NOT NULL,
    what        TEXT NOT NULL,
    details     TEXT NOT NULL,
    PRIMARY KEY (deployment, hook, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE artifact (
    deployment  TEXT NOT NULL,
    path        TEXT NOT NULL,
    name        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    sha256      TEXT NOT NULL,
    PRIMARY KEY (deployment, path)
) STRICT, WITHOUT ROWID;
";

/// Sets the database up for durable writing: a commit survives a loss of power.
pub(super) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
    // The log is folded into the database when it is long, not at every close: that is two more
    // waits for the disk at the end of every deployment.
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

/// The format of the database; 0 for an empty one.
pub(super) fn format(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Makes the tables in an empty database.
pub(super) fn fill(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {FORMAT}; COMMIT;"))
}

/// Makes the tables in an empty database that nobody else knows of yet, without waiting for the disk.
pub(super) fn fill_unshared(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("PRAGMA synchronous = OFF;")?;
    connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
    fill(connection)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
}
