//! What prompt components remember of a session, and whose turn it is in it.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;

/// Which session, of which component, in which project.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey {
    /// The project.
    pub project: String,
    /// The component's name; its versions share their sessions.
    pub component: String,
    /// What the caller calls it.
    pub session: String,
}

/// One question and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The idempotency token of the call: an attempt made again replaces what the first left.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// What was asked.
    pub input: Value,
    /// What was answered.
    pub output: Value,
}

/// A turn in a session, which nobody else has at the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Whose it is; the same holder may take it again.
    pub holder: String,
    /// Now.
    pub now: DateTime<Utc>,
    /// When it is over even if nobody ends it.
    pub until: DateTime<Utc>,
}

/// Sessions by project, component and name. One call at a time has the turn.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Takes the turn, and returns what is remembered, oldest first.
    ///
    /// # Errors
    /// `Conflict` where another holder has the turn and it is not over.
    async fn begin(&self, key: &SessionKey, turn: &Turn) -> Result<Vec<Exchange>>;

    /// Gives the turn back and replaces what is remembered.
    ///
    /// # Errors
    /// `Conflict` where the turn was over and another took it; then nothing is changed.
    async fn end(&self, key: &SessionKey, holder: &str, remembered: &[Exchange]) -> Result<()>;

    /// Gives the turn back and leaves what is remembered as it was. Without the turn it does
    /// nothing.
    async fn abandon(&self, key: &SessionKey, holder: &str) -> Result<()>;
}
