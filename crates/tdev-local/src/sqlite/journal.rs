//! Journals of executions. The records of a transition and the events they led to are one
//! transaction, so that neither is ever there without the other.

use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode, OptionalExtension};
use serde_json::Value;
use tdev_asl::{HistoryEvent, Journal, JournalError};
use tdev_core::run::{Approval, RunEvent};
use tdev_core::{Code, Error, Result};

use super::{Database, body, text};
use crate::fault::Failed;

/// The run an execution belongs to: its name up to the first `:`.
pub(crate) fn run_of(execution: &str) -> &str {
    execution.split(':').next().unwrap_or(execution)
}

/// The journal of one execution, which keeps the definition it was begun with too: what is under
/// way ends by the definition it began by.
pub(crate) struct ExecutionJournal {
    database: Database,
    definition: String,
}

impl ExecutionJournal {
    pub(crate) const fn new(database: Database, definition: String) -> Self {
        Self {
            database,
            definition,
        }
    }

    async fn add(
        &self,
        execution: &str,
        first: u64,
        records: Vec<String>,
        events: &[HistoryEvent],
    ) -> Result<()> {
        let events = events
            .iter()
            .map(|event| run_event(execution, event))
            .collect::<Result<Vec<_>>>()?;
        let events = events
            .iter()
            .map(|event| Ok((event.event_id, text(event)?)))
            .collect::<Result<Vec<_>>>()?;
        let definition = (first == 0).then(|| self.definition.clone());
        let execution = execution.to_owned();
        self.database
            .write(move |conn| add(conn, &execution, definition, first, &records, &events))
            .await
    }
}

fn add(
    conn: &Connection,
    execution: &str,
    definition: Option<String>,
    first: u64,
    records: &[String],
    events: &[(u64, String)],
) -> Result<(), Failed> {
    if let Some(definition) = definition {
        conn.prepare_cached(
            "INSERT INTO executions (name, definition) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute((execution, definition))?;
    }
    let mut append =
        conn.prepare_cached("INSERT INTO journal (execution, seq, record) VALUES (?1, ?2, ?3)")?;
    for (seq, record) in (first..).zip(records) {
        append
            .execute((execution, seq.cast_signed(), record))
            .map_err(|e| match e.sqlite_error_code() {
                Some(ErrorCode::ConstraintViolation) => taken(execution).into(),
                _ => Failed::Sql(e),
            })?;
    }
    let mut tell = conn.prepare_cached(
        "INSERT OR IGNORE INTO run_events (run_id, execution, event_id, body) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for (event_id, body) in events {
        tell.execute((run_of(execution), execution, event_id.cast_signed(), body))?;
    }
    Ok(())
}

fn taken(execution: &str) -> Error {
    Error::new(
        Code::Conflict,
        format!("execution `{execution}` was driven on by somebody else"),
    )
    .hint("watch its events instead")
}

#[async_trait]
impl Journal for ExecutionJournal {
    async fn append(
        &self,
        execution: &str,
        first_seq: u64,
        records: Vec<String>,
        events: &[HistoryEvent],
    ) -> Result<(), JournalError> {
        self.add(execution, first_seq, records, events)
            .await
            .map_err(|e| carried(&e))
    }

    async fn load(&self, execution: &str) -> Result<Vec<String>, JournalError> {
        let execution = execution.to_owned();
        let read = self.database.read(move |conn| {
            let mut records = conn
                .prepare_cached("SELECT record FROM journal WHERE execution = ?1 ORDER BY seq")?;
            let records = records.query_map([execution], |row| row.get(0))?;
            Ok(records.collect::<rusqlite::Result<Vec<String>>>()?)
        });
        read.await.map_err(|e| carried(&e))
    }
}

/// An error on its way through the engine, which knows only text.
fn carried(error: &Error) -> JournalError {
    JournalError(error.to_cause())
}

/// The error a journal raised.
pub(crate) fn journal_fault(error: &JournalError) -> Error {
    Error::from_failure(Code::StoreUnavailable.as_str(), &error.0)
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
    /// The definition an execution was begun with.
    pub(crate) async fn definition_of(&self, execution: &str) -> Result<Option<Value>> {
        let execution = execution.to_owned();
        self.read(move |conn| {
            let text: Option<String> = conn
                .prepare_cached("SELECT definition FROM executions WHERE name = ?1")?
                .query_row([execution], |row| row.get(0))
                .optional()?;
            text.map(|text| body("definition", &text)).transpose()
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
        self.read(move |conn| {
            let mut answered = conn.prepare_cached(
                "SELECT body FROM approvals WHERE run_id = ?1 AND answered = 1 ORDER BY place",
            )?;
            let bodies = answered.query_map([&run_id], |row| row.get::<_, String>(0))?;
            let answered = bodies
                .map(|text| body("approval", &text?))
                .collect::<Result<_, Failed>>()?;
            let cancelled = conn
                .prepare_cached("SELECT reason FROM cancellations WHERE run_id = ?1")?
                .query_row([&run_id], |row| row.get(0))
                .optional()?;
            Ok(Word {
                answered,
                cancelled,
            })
        })
        .await
    }
}
