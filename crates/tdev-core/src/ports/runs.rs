//! Runs, their events, approvals and test runs.

use async_trait::async_trait;

use crate::Result;
use crate::agent_io::TestRun;
use crate::run::{Answer, Approval, Run, RunEvent};

/// Runs by id.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Stores a new run. With an idempotency key and a fingerprint of the request, the first
    /// run of that key is returned instead of a second one.
    ///
    /// # Errors
    /// `Conflict` where the key was used with another request.
    async fn create(&self, run: Run, idempotency: Option<(&str, &str)>) -> Result<Run>;

    /// One run.
    ///
    /// # Errors
    /// `RunNotFound`.
    async fn get(&self, id: &str) -> Result<Run>;

    /// Replaces what is stored of a run. A run that has ended is not changed by a late write.
    async fn update(&self, run: &Run) -> Result<()>;

    /// Newest first; after `cursor`, which is opaque.
    async fn list(&self, cursor: Option<&str>, limit: usize) -> Result<(Vec<Run>, Option<String>)>;
}

/// Events of runs, in one growing order per project.
#[async_trait]
pub trait EventStore: Send + Sync {
    /// Events of a run after `seq`, oldest first.
    async fn after(&self, run_id: &str, seq: i64, limit: usize) -> Result<Vec<RunEvent>>;

    /// Waits until the run has events after `seq` or has ended; at most `patience`.
    async fn wait(&self, run_id: &str, seq: i64, patience: std::time::Duration) -> Result<()>;
}

/// Questions that wait for a person.
#[async_trait]
pub trait ApprovalStore: Send + Sync {
    /// Asks; asking again under the same id keeps the first.
    async fn ask(&self, approval: Approval) -> Result<Approval>;

    /// One question.
    ///
    /// # Errors
    /// `ApprovalNotFound`.
    async fn get(&self, id: &str) -> Result<Approval>;

    /// Those not answered yet, oldest first.
    async fn open(&self) -> Result<Vec<Approval>>;

    /// Records the one answer.
    ///
    /// # Errors
    /// `Conflict` where it is answered already or has expired.
    async fn answer(&self, id: &str, answer: Answer) -> Result<Approval>;
}

/// The history of tests.
#[async_trait]
pub trait TestRunStore: Send + Sync {
    /// Stores a record.
    async fn record(&self, run: &TestRun) -> Result<()>;

    /// The newest records of a component (`Name` or `Name@v1`), newest first.
    async fn of(&self, component: &str, limit: usize) -> Result<Vec<TestRun>>;
}
