-- Version 1. Times are RFC 3339 in UTC. Never changed in place: a new version adds a migration.
CREATE TABLE deployment (
    id                  TEXT PRIMARY KEY,   -- UUIDv7, so that ids sort by time
    retention_set       TEXT NOT NULL,      -- deployments that replace each other have the same
    package_id          TEXT NOT NULL,
    package_version     TEXT NOT NULL,
    package_sha256      TEXT NOT NULL,
    environment         TEXT,
    tenant              TEXT,
    plan_sha256         TEXT NOT NULL,
    started_at          TEXT NOT NULL,
    extracted_to        TEXT,               -- set before the folder is made
    custom_installation TEXT,
    ended_at            TEXT,               -- missing while it runs, and when it was interrupted
    outcome             TEXT CHECK (outcome IN ('succeeded', 'failed', 'cancelled', 'interrupted')),
    error               TEXT,
    removed_at          TEXT                -- when retention removed the folder
) STRICT;

CREATE INDEX deployment_by_set ON deployment (retention_set, id);

CREATE TABLE hook_run (
    deployment TEXT NOT NULL REFERENCES deployment (id),
    sequence   INTEGER NOT NULL,            -- from 1, in the order of running
    convention INTEGER NOT NULL,
    stage      TEXT NOT NULL,
    origin     TEXT NOT NULL,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    wall_ms    INTEGER NOT NULL,
    exit_code  INTEGER,
    error      TEXT,
    PRIMARY KEY (deployment, sequence)
) STRICT;

CREATE TABLE file_change (
    deployment TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    path       TEXT NOT NULL,
    change     TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
    FOREIGN KEY (deployment, sequence) REFERENCES hook_run (deployment, sequence)
) STRICT;

CREATE INDEX file_change_by_hook ON file_change (deployment, sequence);
