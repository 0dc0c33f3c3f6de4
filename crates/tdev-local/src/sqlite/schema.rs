//! The tables, and how a database comes to have them.

use std::path::Path;

use rusqlite::Connection;
use tdev_core::{Code, Error};

use crate::fault::Failed;

/// The steps from one version of the tables to the next; `user_version` counts those taken.
/// Append only: what has been released is never changed.
const STEPS: &[&str] = &[
    "
CREATE TABLE workflows (
  id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (id, version)) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, project TEXT NOT NULL,
  status TEXT NOT NULL, body TEXT NOT NULL, idempotency_key TEXT, fingerprint TEXT,
  UNIQUE (project, idempotency_key)) STRICT;
CREATE TABLE run_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, execution TEXT NOT NULL,
  event_id INTEGER NOT NULL, body TEXT NOT NULL,
  UNIQUE (execution, event_id)) STRICT;
CREATE INDEX run_events_of_run ON run_events (run_id, seq);
CREATE TABLE executions (
  name TEXT PRIMARY KEY, definition TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE journal (
  execution TEXT NOT NULL, seq INTEGER NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (execution, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE approvals (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, run_id TEXT NOT NULL,
  answered INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX approvals_of_run ON approvals (run_id);
CREATE INDEX approvals_open ON approvals (place) WHERE answered = 0;
CREATE TABLE cancellations (
  run_id TEXT PRIMARY KEY, reason TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE test_runs (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  component TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX test_runs_of_name ON test_runs (name, place);
",
    "
CREATE TABLE definitions (
  fingerprint TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE embeddings (
  model TEXT NOT NULL, revision INTEGER NOT NULL, scale REAL NOT NULL, vector BLOB NOT NULL,
  PRIMARY KEY (model, revision)) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE charges (
  place INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, key TEXT NOT NULL,
  step TEXT NOT NULL, model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
  lost INTEGER NOT NULL, micro_dollars INTEGER NOT NULL,
  priced INTEGER NOT NULL, settled INTEGER NOT NULL, reply TEXT,
  UNIQUE (run_id, key)) STRICT;
",
    "
CREATE TABLE past_plans (
  place INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE, goal TEXT NOT NULL,
  workflow TEXT NOT NULL) STRICT;
INSERT INTO past_plans (run_id, goal, workflow)
  SELECT id, body ->> '$.request.goal', body -> '$.output.plan.workflow' FROM runs
  WHERE status = 'succeeded' AND body ->> '$.request.goal' IS NOT NULL
    AND body -> '$.output.plan.workflow.steps[0]' IS NOT NULL ORDER BY place;
",
    "
CREATE TABLE sessions (
  project TEXT NOT NULL, component TEXT NOT NULL, session TEXT NOT NULL, body TEXT NOT NULL,
  holder TEXT, until INTEGER NOT NULL,
  PRIMARY KEY (project, component, session)) STRICT, WITHOUT ROWID;
",
    "
CREATE TABLE services (
  id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE service_calls (
  service TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (service, id)) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
",
];

/// Marks a database as ours: `TDEV`.
const APPLICATION: i64 = 0x5444_4556;

/// How a database stands to the tables this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing to do.
    Current,
    /// Steps are missing, or all of them.
    Behind(usize),
}

/// Reads the version without changing anything.
///
/// # Errors
/// `StoreCorrupt` for a newer version, or another program's database.
pub(super) fn standing(conn: &Connection, path: &Path) -> Result<Standing, Failed> {
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let place = path.display();
    if application != APPLICATION && (tables > 0 || version != 0) {
        return Err(Error::new(
            Code::StoreCorrupt,
            format!("`{place}` is another program's database"),
        )
        .hint("move it away; it was not changed")
        .into());
    }
    match usize::try_from(version).unwrap_or(usize::MAX) {
        taken if taken == STEPS.len() => Ok(Standing::Current),
        taken if taken < STEPS.len() => Ok(Standing::Behind(taken)),
        _ => Err(Error::new(
            Code::StoreCorrupt,
            format!(
                "`{place}` is of format {version}, and this program knows formats up to {}",
                STEPS.len()
            ),
        )
        .hint("update tdev; the database was not changed")
        .into()),
    }
}

/// Takes the missing steps, all or none.
pub(super) fn migrate(conn: &Connection, path: &Path) -> Result<(), Failed> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let taken = steps(conn, path);
    conn.execute_batch(if taken.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    taken
}

fn steps(conn: &Connection, path: &Path) -> Result<(), Failed> {
    let Standing::Behind(taken) = standing(conn, path)? else {
        return Ok(());
    };
    for step in STEPS.iter().skip(taken) {
        conn.execute_batch(step)?;
    }
    conn.execute_batch(&format!(
        "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {};",
        STEPS.len()
    ))?;
    Ok(())
}
