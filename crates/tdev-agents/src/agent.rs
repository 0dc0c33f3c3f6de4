//! What a core agent is, and the explicit table of them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tdev_core::nearest::did_you_mean;
use tdev_core::ports::{AgentInvoker, Scope};
use tdev_core::{Code, Error, Result};

/// One core agent: a name, an input and an output. Running it twice with the same input and
/// scope is the same as running it once.
#[async_trait]
pub trait Agent: Send + Sync + 'static {
    /// The name state machines call it by.
    const NAME: &'static str;
    /// What it is asked.
    type Input: DeserializeOwned + Send;
    /// What it answers.
    type Output: Serialize + Send;

    /// Answers.
    async fn run(&self, input: Self::Input, scope: Scope) -> Result<Self::Output>;
}

#[async_trait]
trait Erased: Send + Sync {
    async fn run(&self, input: Value, scope: Scope) -> Result<Value>;
}

struct Wire<A>(A);

#[async_trait]
impl<A: Agent> Erased for Wire<A> {
    async fn run(&self, input: Value, scope: Scope) -> Result<Value> {
        let input = serde_json::from_value(input).map_err(|fault| {
            Error::new(
                Code::InvalidInput,
                format!(
                    "the {} agent does not understand its input: {fault}",
                    A::NAME
                ),
            )
        })?;
        let output = self.0.run(input, scope).await?;
        serde_json::to_value(output).map_err(|fault| {
            Error::new(
                Code::Internal,
                format!("the answer of the {} agent is not JSON: {fault}", A::NAME),
            )
        })
    }
}

/// Core agents by name.
#[derive(Default)]
pub struct Agents {
    table: BTreeMap<&'static str, Box<dyn Erased>>,
}

impl Agents {
    /// Adds one agent.
    #[must_use]
    pub fn with<A: Agent>(mut self, agent: A) -> Self {
        self.table.insert(A::NAME, Box::new(Wire(agent)));
        self
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.table.keys().copied()
    }
}

#[async_trait]
impl AgentInvoker for Agents {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        let found = self.table.get(agent).ok_or_else(|| {
            Error::new(
                Code::Unsupported,
                format!("there is no core agent `{agent}`"),
            )
            .hint_opt(did_you_mean(agent, self.names()))
        })?;
        found.run(input, scope).await
    }
}
