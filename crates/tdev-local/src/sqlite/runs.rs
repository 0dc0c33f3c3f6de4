//! Runs by id, created once for each idempotency key.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension};
use tdev_core::ports::RunStore;
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error, Result};

use super::{Database, body, past_plans, text};
use crate::fault::Failed;

#[async_trait]
impl RunStore for Database {
    async fn create(&self, run: Run, idempotency: Option<(&str, &str)>) -> Result<Run> {
        let idempotency =
            idempotency.map(|(key, fingerprint)| (key.to_owned(), fingerprint.to_owned()));
        self.write(move |conn| create(conn, run, idempotency)).await
    }

    async fn get(&self, id: &str) -> Result<Run> {
        let id = id.to_owned();
        self.read(move |conn| find(conn, &id)?.ok_or_else(|| unknown(&id).into()))
            .await
    }

    async fn update(&self, run: &Run) -> Result<()> {
        let run = run.clone();
        self.write(move |conn| update(conn, &run)).await
    }

    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<Run>, Option<String>)> {
        let before: i64 = match cursor {
            None => i64::MAX,
            Some(cursor) => cursor.parse().map_err(|_| {
                Error::new(Code::InvalidInput, format!("`{cursor}` is not a cursor"))
                    .field("cursor")
                    .hint("pass `next_cursor` of the page before, unchanged")
            })?,
        };
        self.read(move |conn| {
            let mut page = conn.prepare_cached(
                "SELECT place, body FROM runs WHERE place < ?1 ORDER BY place DESC LIMIT ?2",
            )?;
            let more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
            let rows = page.query_map((before, more), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })?;
            let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
            let next = if rows.len() > limit {
                rows.truncate(limit);
                rows.last().map(|(place, _)| place.to_string())
            } else {
                None
            };
            let runs = rows
                .iter()
                .map(|(_, text)| body("run", text))
                .collect::<Result<_, Failed>>()?;
            Ok((runs, next))
        })
        .await
    }
}

/// Writes a run that has not ended; one that has stays as it is.
pub(super) fn update(conn: &Connection, run: &Run) -> Result<(), Failed> {
    let changed = conn
        .prepare_cached("UPDATE runs SET status = ?2, body = ?3 WHERE id = ?1 AND status = ?4")?
        .execute((
            &run.id,
            run.status.as_str(),
            text(run)?,
            RunStatus::Running.as_str(),
        ))?;
    if changed == 0 && find(conn, &run.id)?.is_none() {
        return Err(unknown(&run.id).into());
    }
    if changed == 1 {
        past_plans::keep(conn, run)?;
    }
    Ok(())
}

fn create(
    conn: &Connection,
    run: Run,
    idempotency: Option<(String, String)>,
) -> Result<Run, Failed> {
    if let Some((key, fingerprint)) = &idempotency {
        let first: Option<(String, String)> = conn
            .prepare_cached(
                "SELECT body, fingerprint FROM runs WHERE project = ?1 AND idempotency_key = ?2",
            )?
            .query_row((&run.project, key), |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match first {
            Some((first, of)) if of == *fingerprint => return body("run", &first),
            Some(_) => {
                return Err(Error::new(
                    Code::Conflict,
                    "this idempotency key was used with another request",
                )
                .hint("use a new key for a new request")
                .into());
            }
            None => {}
        }
    }
    let (key, fingerprint) = idempotency.unzip();
    let added = conn
        .prepare_cached(
            "INSERT INTO runs (id, project, status, body, idempotency_key, fingerprint)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO NOTHING",
        )?
        .execute((
            &run.id,
            &run.project,
            run.status.as_str(),
            text(&run)?,
            key,
            fingerprint,
        ))?;
    if added == 0 {
        return Err(Error::new(
            Code::AlreadyExists,
            format!("there is a run `{}` already", run.id),
        )
        .into());
    }
    Ok(run)
}

fn find(conn: &Connection, id: &str) -> Result<Option<Run>, Failed> {
    let found: Option<String> = conn
        .prepare_cached("SELECT body FROM runs WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    found.map(|text| body("run", &text)).transpose()
}

pub(super) fn unknown(id: &str) -> Error {
    Error::new(Code::RunNotFound, format!("no run `{id}`"))
}

impl Database {
    /// Makes a run that failed or was cancelled one under way again. Who wanted it to end has had
    /// their way by then.
    pub(crate) async fn reopen(&self, run_id: &str) -> Result<Run> {
        let run_id = run_id.to_owned();
        self.write(move |conn| {
            let ended = find(conn, &run_id)?.ok_or_else(|| unknown(&run_id))?;
            let run = ended.reopened()?;
            conn.prepare_cached("UPDATE runs SET status = ?2, body = ?3 WHERE id = ?1")?
                .execute((&run_id, run.status.as_str(), text(&run)?))?;
            conn.prepare_cached("DELETE FROM cancellations WHERE run_id = ?1")?
                .execute([&run_id])?;
            Ok(run)
        })
        .await
    }

    /// Notes that somebody wants a run to end, for whichever process drives it. The first reason
    /// stands.
    pub(crate) async fn ask_to_cancel(&self, run_id: &str, reason: &str) -> Result<()> {
        let (run_id, reason) = (run_id.to_owned(), reason.to_owned());
        self.write(move |conn| {
            conn.prepare_cached(
                "INSERT INTO cancellations (run_id, reason) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute((run_id, reason))?;
            Ok(())
        })
        .await
    }
}
