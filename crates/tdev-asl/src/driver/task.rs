//! The port through which tasks are run.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::execution::TaskContext;

/// One call of a task.
#[derive(Debug, Clone)]
pub struct TaskRequest {
    /// What to call. For `lambda:invoke` the function's name or ARN; else the `Resource` itself.
    pub resource: String,
    /// What to call it with: the effective `Arguments` or `Parameters`. For `lambda:invoke` the payload.
    pub input: Value,
    /// The state that calls.
    pub state: String,
    /// The execution's name.
    pub execution: Arc<str>,
    /// The same whenever the same call is made again after a restart; another for each retry.
    pub idempotency_token: String,
    /// The call this one repeats, where a redrive makes a call again that had failed or was cut
    /// off: for those who can go on with what that one began.
    pub redriven: Option<Redriven>,
    /// How many retries came before.
    pub attempt: u32,
    /// What to answer under, for `.waitForTaskToken`.
    pub task_token: Option<String>,
    /// The context object; dereferences to its JSON, which is built on first use.
    pub context: TaskContext,
    /// `TimeoutSeconds`. The engine holds to it whether the handler does or not.
    pub timeout: Option<Duration>,
}

/// A call that redrives made again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redriven {
    /// The idempotency token of the first call, before any redrive.
    pub first_token: String,
    /// How many redrives made it again, this one included.
    pub redrives: u32,
}

/// A task that failed: the error name a definition can match, and the cause it reports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}: {cause}")]
pub struct TaskFailure {
    /// What `ErrorEquals` matches.
    pub error: String,
    /// What happened, for people.
    pub cause: String,
}

impl TaskFailure {
    /// A failure from its two texts.
    pub fn new(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            cause: cause.into(),
        }
    }
}

/// Runs tasks. May be called again with the same idempotency token after a restart.
#[async_trait]
pub trait TaskHandler: Send + Sync {
    /// Runs one task. For `.waitForTaskToken`, `Ok` says only that the call was made.
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure>;
}
