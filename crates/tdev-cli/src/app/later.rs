//! Agents that are there only after what they are given is made.

use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use serde_json::Value;
use tdev_core::ports::{AgentInvoker, Scope};
use tdev_core::{Code, Error, Result};

/// A place for the agents. It does not keep them alive.
#[derive(Default)]
pub(super) struct LaterAgents {
    agents: OnceLock<Weak<dyn AgentInvoker>>,
}

impl LaterAgents {
    /// Puts them in place, once.
    pub(super) fn fill(&self, agents: &Arc<dyn AgentInvoker>) {
        let _filled = self.agents.set(Arc::downgrade(agents));
    }
}

#[async_trait]
impl AgentInvoker for LaterAgents {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        let agents = self.agents.get().and_then(Weak::upgrade);
        let agents = agents.ok_or_else(|| {
            Error::new(Code::Internal, "a core agent was asked before it was there")
        })?;
        agents.invoke(agent, input, scope).await
    }
}
