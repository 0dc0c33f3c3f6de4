//! What stays of executions: the definitions they were begun with, the events they led to, and
//! the records of those that have ended.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;
use tdev_asl::HistoryEvent;
use tdev_core::run::{Approval, Run, RunEvent, RunStatus};
use tdev_core::{Code, Error, Result};

use super::runs::update;
use super::{Database, Pending, body, text};
use crate::fault::Failed;

/// The run an execution belongs to: its name up to the first `:`.
pub(crate) fn run_of(execution: &str) -> &str {
    execution.split(':').next().unwrap_or(execution)
}

/// A history event as the event of a run.
pub(crate) fn run_event(execution: &str, event: &HistoryEvent) -> Result<RunEvent> {
    let whole = serde_json::to_value(event)
        .map_err(|e| Error::new(Code::Internal, format!("an event cannot be told: {e}")))?;
    Ok(RunEvent {
        seq: 0,
        run_id: run_of(execution).to_owned(),
        execution: execution.to_owned(),
        event_id: event.id,
        at: event.timestamp,
        kind: event.event_type().to_owned(),
        state: event.state_name().map(str::to_owned),
        event: whole,
    })
}

/// What has been stored for a run that those who drive it must hear of.
pub(crate) struct Word {
    /// Its answered questions, in the order they were asked.
    pub(crate) answered: Vec<Approval>,
    /// Why somebody wants it to end.
    pub(crate) cancelled: Option<String>,
}

impl Database {
    /// Begins to store events of an execution; those that are there already stay as they are.
    pub(crate) async fn tell(
        &self,
        execution: &str,
        events: &[HistoryEvent],
    ) -> Result<Pending<()>> {
        let events = events
            .iter()
            .map(|event| {
                let event = run_event(execution, event)?;
                Ok((event.event_id, text(&event)?))
            })
            .collect::<Result<Vec<_>>>()?;
        let execution = execution.to_owned();
        self.begin(move |conn| {
            let mut tell = conn.prepare_cached(
                "INSERT OR IGNORE INTO run_events (run_id, execution, event_id, body) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (event_id, body) in events {
                tell.execute((run_of(&execution), &execution, event_id.cast_signed(), body))?;
            }
            Ok(())
        })
        .await
    }

    /// Keeps a definition under its fingerprint.
    pub(crate) async fn keep_definition(&self, fingerprint: &str, definition: &str) -> Result<()> {
        let (fingerprint, definition) = (fingerprint.to_owned(), definition.to_owned());
        self.write(move |conn| {
            conn.prepare_cached(
                "INSERT INTO definitions (fingerprint, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            )?
            .execute((fingerprint, definition))?;
            Ok(())
        })
        .await
    }

    /// The definition of a fingerprint. What was begun before definitions were kept by
    /// fingerprint is found by the execution's name.
    pub(crate) async fn definition_of(
        &self,
        fingerprint: &str,
        execution: &str,
    ) -> Result<Option<Value>> {
        let (fingerprint, execution) = (fingerprint.to_owned(), execution.to_owned());
        self.read(move |conn| {
            let text: Option<String> = conn
                .prepare_cached(
                    "SELECT body FROM definitions WHERE fingerprint = ?1
                     UNION ALL SELECT definition FROM executions WHERE name = ?2 LIMIT 1",
                )?
                .query_row([fingerprint, execution], |row| row.get(0))
                .optional()?;
            text.map(|text| body("definition", &text)).transpose()
        })
        .await
    }

    /// Stores how a run ended, and the records of its executions, all or nothing.
    pub(crate) async fn conclude(
        &self,
        run: &Run,
        records: BTreeMap<String, Vec<String>>,
    ) -> Result<()> {
        let run = run.clone();
        self.write(move |conn| {
            update(conn, &run)?;
            let mut keep = conn.prepare_cached(
                "INSERT OR IGNORE INTO journal (execution, seq, record) VALUES (?1, ?2, ?3)",
            )?;
            for (execution, records) in &records {
                for (seq, record) in (0_i64..).zip(records) {
                    keep.execute((execution, seq, record))?;
                }
            }
            Ok(())
        })
        .await
    }

    /// The records stored of a run's executions.
    pub(crate) async fn journal_of(&self, run_id: &str) -> Result<Vec<(String, Vec<String>)>> {
        let run_id = run_id.to_owned();
        self.read(move |conn| {
            let mut records = conn.prepare_cached(
                "SELECT execution, record FROM journal
                 WHERE execution = ?1 OR (execution > ?1 || ':' AND execution < ?1 || ';')
                 ORDER BY execution, seq",
            )?;
            let mut all: Vec<(String, Vec<String>)> = Vec::new();
            let rows = records.query_map([run_id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            for row in rows {
                let (execution, record) = row?;
                match all.last_mut() {
                    Some((last, records)) if *last == execution => records.push(record),
                    _ => all.push((execution, vec![record])),
                }
            }
            Ok(all)
        })
        .await
    }

    /// Which of these runs have ended.
    pub(crate) async fn ended_of(&self, runs: BTreeSet<String>) -> Result<BTreeSet<String>> {
        self.read(move |conn| {
            let mut ended = conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND status <> ?2)",
            )?;
            let mut found = BTreeSet::new();
            for run in runs {
                if ended.query_row((&run, RunStatus::Running.as_str()), |row| row.get(0))? {
                    found.insert(run);
                }
            }
            Ok(found)
        })
        .await
    }

    /// Every event of one execution, in order.
    pub(crate) async fn history_of(&self, execution: &str) -> Result<Vec<RunEvent>> {
        let execution = execution.to_owned();
        self.read(move |conn| {
            let mut events = conn.prepare_cached(
                "SELECT seq, body FROM run_events WHERE execution = ?1 ORDER BY event_id",
            )?;
            let rows = events.query_map([execution], |row| {
                Ok((row.get(0)?, row.get::<_, String>(1)?))
            })?;
            rows.map(|row| {
                let (seq, text) = row?;
                Ok(RunEvent {
                    seq,
                    ..body("event", &text)?
                })
            })
            .collect()
        })
        .await
    }

    /// What others have to say to those who drive a run.
    pub(crate) async fn word_for(&self, run_id: &str) -> Result<Word> {
        let run_id = run_id.to_owned();
        self.read(move |conn| word(conn, &run_id)).await
    }
}

fn word(conn: &Connection, run_id: &str) -> Result<Word, Failed> {
    let mut answered = conn.prepare_cached(
        "SELECT body FROM approvals WHERE run_id = ?1 AND answered = 1 ORDER BY place",
    )?;
    let bodies = answered.query_map([run_id], |row| row.get::<_, String>(0))?;
    let answered = bodies
        .map(|text| body("approval", &text?))
        .collect::<Result<_, Failed>>()?;
    let cancelled = conn
        .prepare_cached("SELECT reason FROM cancellations WHERE run_id = ?1")?
        .query_row([run_id], |row| row.get(0))
        .optional()?;
    Ok(Word {
        answered,
        cancelled,
    })
}
