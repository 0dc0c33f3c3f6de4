//! Where records are kept, and who is told of events.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::history::HistoryEvent;

/// A journal that could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal failed: {0}")]
pub struct JournalError(pub String);

/// Keeps the records of executions. What `append` answered `Ok` to survives a crash.
#[async_trait]
pub trait Journal: Send + Sync {
    /// Adds `records` to the journal of `execution`; the first is number `first_seq`, from 0.
    /// An append at a place already taken must fail, so that two drivers never run one execution.
    /// `events` are the history events the records led to, for whoever keeps them.
    async fn append(
        &self,
        execution: &str,
        first_seq: u64,
        records: Vec<String>,
        events: &[HistoryEvent],
    ) -> Result<(), JournalError>;

    /// Whether [`append`](Self::append) does anything with events; if not, none are made for it.
    fn wants_events(&self) -> bool {
        true
    }

    /// All records of `execution` in order; empty if it was never started.
    async fn load(&self, execution: &str) -> Result<Vec<String>, JournalError>;
}

/// Is told of each event after the record that led to it is durable; never during a replay.
pub trait Observer: Send + Sync {
    /// One event of `execution`.
    fn event(&self, execution: &str, e: &HistoryEvent);
}

/// A journal in memory, for tests.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    records: Mutex<HashMap<String, Vec<String>>>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// The records of `execution` so far.
    pub fn records(&self, execution: &str) -> Vec<String> {
        self.lock().get(execution).cloned().unwrap_or_default()
    }

    /// Replaces the records of `execution`.
    pub fn set(&self, execution: &str, records: Vec<String>) {
        self.lock().insert(execution.to_owned(), records);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<String>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(
        &self,
        execution: &str,
        first_seq: u64,
        records: Vec<String>,
        _events: &[HistoryEvent],
    ) -> Result<(), JournalError> {
        let mut all = self.lock();
        let kept = all.entry(execution.to_owned()).or_default();
        if u64::try_from(kept.len()) != Ok(first_seq) {
            return Err(JournalError(format!(
                "record {first_seq} does not follow the {} records kept",
                kept.len()
            )));
        }
        kept.extend(records);
        Ok(())
    }

    fn wants_events(&self) -> bool {
        false
    }

    async fn load(&self, execution: &str) -> Result<Vec<String>, JournalError> {
        Ok(self.records(execution))
    }
}
