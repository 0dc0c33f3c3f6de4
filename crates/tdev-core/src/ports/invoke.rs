//! Calling a component or a core agent.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Result;
use crate::component::{Component, ComponentRef};

/// On whose behalf something runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// The project.
    #[serde(default)]
    pub project: String,
    /// The run, where there is one.
    #[serde(default)]
    pub run_id: String,
    /// The step, where there is one.
    #[serde(default)]
    pub step: String,
    /// The same for every attempt at the same work; side effects are keyed by it.
    #[serde(default)]
    pub idempotency_token: String,
    /// The call this one repeats, where a redrive makes a call again that failed or was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redriven: Option<Redriven>,
}

/// A call that redrives made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redriven {
    /// The idempotency token of the first call. What that one began goes on under its name.
    pub first_token: String,
    /// How many redrives made it again, this one included.
    pub redrives: u32,
}

/// One call of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// Which component.
    pub component: ComponentRef,
    /// Its input, already shaped; checked against its schema before it runs.
    pub input: Value,
    /// On whose behalf.
    pub scope: Scope,
}

/// Runs components, whatever their runtime, inside what their metadata grants.
#[async_trait]
pub trait ComponentInvoker: Send + Sync {
    /// The component's output, checked against its schema.
    async fn invoke(&self, invocation: Invocation) -> Result<Value>;

    /// Runs a candidate that is not registered yet, under the same checks and grants. Its source
    /// is the artifact of its `code_hash`.
    async fn try_out(&self, candidate: &Component, input: Value, scope: Scope) -> Result<Value>;
}

/// Runs core agents by their name.
#[async_trait]
pub trait AgentInvoker: Send + Sync {
    /// The agent's answer to a JSON request.
    ///
    /// # Errors
    /// Whatever the agent says; `Unsupported` for a name that is no agent.
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value>;
}
