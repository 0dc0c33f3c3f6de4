//! Commands to a running execution from outside.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::task::TaskFailure;

/// Why a command was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandleError {
    /// No task waits for this token: it was answered, timed out, or never given.
    #[error("no task waits for this token")]
    UnknownToken,
    /// The execution is over, or not running here.
    #[error("the execution is not running")]
    NotRunning,
    /// The command could not be made durable.
    #[error("the command could not be kept: {0}")]
    NotKept(String),
}

/// Says how a command went, once that is durable.
pub(super) type Acknowledge = oneshot::Sender<Result<(), HandleError>>;

pub(super) enum Command {
    Answer {
        token: String,
        result: Result<Value, TaskFailure>,
        done: Acknowledge,
    },
    Heartbeat {
        token: String,
        done: Acknowledge,
    },
    Abort {
        error: Option<String>,
        cause: Option<String>,
        done: Acknowledge,
    },
}

/// The commands on their way. A channel makes room for 32 at once, hence the boxes: an execution
/// that sleeps should take little memory.
pub(super) type Commands = mpsc::UnboundedReceiver<Box<Command>>;

/// A way to a running execution. Clones lead to the same one.
#[derive(Clone)]
pub struct Handle {
    sender: mpsc::UnboundedSender<Box<Command>>,
    receiver: Arc<Mutex<Option<Commands>>>,
}

impl Handle {
    /// A handle for the execution started with it.
    pub fn new() -> Self {
        let (sender, receiver) = mpsc::unbounded_channel();
        Self {
            sender,
            receiver: Arc::new(Mutex::new(Some(receiver))),
        }
    }

    /// Answers a task token. `Ok` means that the answer is durable.
    pub async fn complete_token(
        &self,
        token: &str,
        result: Result<Value, TaskFailure>,
    ) -> Result<(), HandleError> {
        let token = token.to_owned();
        self.send(|done| Command::Answer {
            token,
            result,
            done,
        })
        .await
    }

    /// Says that the task behind a token is alive.
    pub async fn heartbeat(&self, token: &str) -> Result<(), HandleError> {
        let token = token.to_owned();
        self.send(|done| Command::Heartbeat { token, done }).await
    }

    /// Ends the execution.
    pub async fn abort(
        &self,
        error: Option<String>,
        cause: Option<String>,
    ) -> Result<(), HandleError> {
        self.send(|done| Command::Abort { error, cause, done })
            .await
    }

    async fn send(&self, make: impl FnOnce(Acknowledge) -> Command) -> Result<(), HandleError> {
        let (done, answer) = oneshot::channel();
        self.sender
            .send(Box::new(make(done)))
            .map_err(|_| HandleError::NotRunning)?;
        answer.await.unwrap_or(Err(HandleError::NotRunning))
    }

    /// The receiving end, for the one driver that may have it.
    pub(super) fn take(&self) -> Option<Commands> {
        self.receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Default for Handle {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}

/// The name of the execution a task token belongs to, so that an answer finds its way.
pub fn execution_of_token(token: &str) -> Option<String> {
    let (name, _) = token.split_once('.')?;
    String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()
}
