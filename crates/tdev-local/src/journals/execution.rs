//! The journal of one execution. Its records are flushed before anything comes of them; the
//! events they lead to follow into the database, where people and programs read them. Should
//! those be lost on the way, they are told again from the records.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tdev_asl::{FileJournal, HistoryEvent, Journal, JournalError};
use tdev_core::{Code, Error, Result};

use super::broken;
use crate::sqlite::{Database, Pending};

/// Appends whose events may be on their way before the next one waits for the first of them.
const AHEAD: usize = 64;

pub(crate) struct ExecutionJournal {
    journal: Arc<FileJournal>,
    database: Database,
    telling: Mutex<VecDeque<Pending<()>>>,
}

impl ExecutionJournal {
    pub(crate) fn new(journal: Arc<FileJournal>, database: Database) -> Self {
        Self {
            journal,
            database,
            telling: Mutex::default(),
        }
    }

    async fn add(
        &self,
        execution: &str,
        first: u64,
        records: &[String],
        events: &[HistoryEvent],
    ) -> Result<()> {
        self.journal
            .append(execution, first, records)
            .await
            .map_err(|e| broken(&e))?;
        let telling = self.database.tell(execution, events).await?;
        self.told().push_back(telling);
        self.catch_up(AHEAD).await
    }

    /// Returns once all events so far can be read.
    pub(crate) async fn settle(&self) -> Result<()> {
        self.catch_up(0).await
    }

    /// Hears how the telling of events went, and waits until no more than `ahead` are on the way.
    async fn catch_up(&self, ahead: usize) -> Result<()> {
        loop {
            let first = {
                let mut telling = self.told();
                let many = telling.len() > ahead;
                match telling.front_mut() {
                    Some(first) if many || first.is_done() => telling.pop_front(),
                    _ => None,
                }
            };
            match first {
                Some(first) => first.done().await?,
                None => return Ok(()),
            }
        }
    }

    fn told(&self) -> std::sync::MutexGuard<'_, VecDeque<Pending<()>>> {
        self.telling.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        self.add(execution, first_seq, &records, events)
            .await
            .map_err(|e| carried(&e))
    }

    async fn load(&self, execution: &str) -> Result<Vec<String>, JournalError> {
        let loaded = self.journal.load(execution).await;
        loaded.map_err(|e| carried(&broken(&e)))
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
