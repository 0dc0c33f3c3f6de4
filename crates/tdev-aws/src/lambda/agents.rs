//! Core agents, a function each.

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::Result;
use tdev_core::ports::{AgentInvoker, Scope};

use super::Functions;

/// Runs core agents by their name, which is their function's too.
pub(crate) struct LambdaAgents(pub(crate) Functions);

#[async_trait]
impl AgentInvoker for LambdaAgents {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        self.0.call(agent, input, &scope).await
    }
}
