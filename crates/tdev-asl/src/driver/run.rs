//! Running an execution: the way in, and what comes out.

use std::sync::Arc;

use serde_json::Value;

use super::drive::Driver;
use super::handle::Handle;
use super::journal::JournalError;
use super::options::ExecutionOptions;
use super::task::TaskHandler;
use crate::definition::StateMachine;
use crate::execution::{NotRedrivable, ReplayError, Status};
use crate::history::HistoryEvent;

/// How an execution ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// The output, if it succeeded.
    pub output: Option<Value>,
    /// The error name, if it did not and there is one.
    pub error: Option<String>,
    /// The cause, if it did not succeed and there is one.
    pub cause: Option<String>,
    /// Every event, if the options asked for history.
    pub history: Vec<HistoryEvent>,
}

/// Why an execution could not be run to an end. The execution itself did not fail: run it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The journal could not be written or read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal cannot be replayed.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// A record could not be written as JSON.
    #[error("a record cannot be written: {0}")]
    Record(String),
    /// A redrive was asked for without the journal it goes on from.
    #[error("a redrive goes on from a journal, and the options name none")]
    NoJournal,
    /// A redrive was asked for of an execution the journal does not hold.
    #[error("the journal holds no execution `{name}` to redrive")]
    NeverStarted {
        /// The execution's name.
        name: String,
    },
    /// A redrive was asked for where it means nothing.
    #[error("execution `{name}` cannot be redriven: {reason}")]
    NotRedrivable {
        /// The execution's name.
        name: String,
        /// Why not, and what to do.
        reason: NotRedrivable,
    },
    /// The execution waits for something that can never come.
    #[error("the execution waits for nothing that could come")]
    Stalled,
}

/// Starts an execution, or resumes the one whose records the journal holds under the same name.
/// If those show that it ended, nothing is run and its outcome is returned, unless the options ask
/// for a redrive that has not been.
pub fn run(
    machine: Arc<StateMachine>,
    input: Value,
    handler: Arc<dyn TaskHandler>,
    options: ExecutionOptions,
) -> impl Future<Output = Result<Outcome, EngineError>> + Send {
    // Made out here, so that the future holds the driver alone and not what it is made of too.
    let mut driver = Driver::new(machine, handler, options);
    async move {
        driver.open(input).await?;
        driver.work().await?;
        driver.outcome()
    }
}

/// As [`run`], on a task of the runtime, with a handle to it.
pub fn spawn(
    machine: Arc<StateMachine>,
    input: Value,
    handler: Arc<dyn TaskHandler>,
    mut options: ExecutionOptions,
) -> (
    Handle,
    tokio::task::JoinHandle<Result<Outcome, EngineError>>,
) {
    let handle = options.handle.get_or_insert_with(Handle::new).clone();
    (handle, tokio::spawn(run(machine, input, handler, options)))
}

/// Has an execution that failed, timed out or was aborted go on from where it did: with the same
/// input and definition, a new time limit and retriers that count from nothing. States that were
/// left stay left; branches and iterations that ended well keep their results. What is called
/// again is called under another idempotency token than before.
pub async fn redrive(
    machine: Arc<StateMachine>,
    handler: Arc<dyn TaskHandler>,
    options: ExecutionOptions,
) -> Result<Outcome, EngineError> {
    let mut driver = Driver::new(machine, handler, options);
    driver.reopen().await?;
    driver.work().await?;
    driver.outcome()
}

/// As [`redrive`], on a task of the runtime, with a handle to it.
pub fn spawn_redrive(
    machine: Arc<StateMachine>,
    handler: Arc<dyn TaskHandler>,
    mut options: ExecutionOptions,
) -> (
    Handle,
    tokio::task::JoinHandle<Result<Outcome, EngineError>>,
) {
    let handle = options.handle.get_or_insert_with(Handle::new).clone();
    (handle, tokio::spawn(redrive(machine, handler, options)))
}
