//! Agents and components that say what they were asked, or what they were told to say.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_core::component::Component;
use tdev_core::ports::{AgentInvoker, ComponentInvoker, Invocation, Scope};
use tdev_core::{Error, Result};
use tokio::sync::Semaphore;

/// Core agents with canned answers; each echoes its input where none is set.
#[derive(Default)]
pub(crate) struct Agents {
    pub(crate) answers: Mutex<HashMap<String, Result<Value>>>,
    pub(crate) asked: Mutex<Vec<(String, Value)>>,
}

impl Agents {
    pub(crate) fn answer(&self, agent: &str, answer: Result<Value>) {
        self.answers.lock().unwrap().insert(agent.into(), answer);
    }
}

#[async_trait]
impl AgentInvoker for Agents {
    async fn invoke(&self, agent: &str, input: Value, scope: Scope) -> Result<Value> {
        assert_eq!(scope.project, "demo");
        self.asked
            .lock()
            .unwrap()
            .push((agent.into(), input.clone()));
        let canned = self.answers.lock().unwrap().get(agent).cloned();
        canned.unwrap_or_else(|| Ok(json!({"agent": agent, "input": input})))
    }
}

/// Components that echo their input; where a gate is set, each call passes it first.
#[derive(Default)]
pub(crate) struct Components {
    pub(crate) calls: AtomicUsize,
    pub(crate) gate: Mutex<Option<std::sync::Arc<Semaphore>>>,
    pub(crate) fails: Mutex<Option<Error>>,
    pub(crate) panics: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl ComponentInvoker for Components {
    async fn invoke(&self, invocation: Invocation) -> Result<Value> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics.load(Ordering::SeqCst), "boom at /home/secret");
        let gate = self.gate.lock().unwrap().clone();
        if let Some(gate) = gate {
            gate.acquire().await.unwrap().forget();
        }
        match self.fails.lock().unwrap().clone() {
            Some(fault) => Err(fault),
            None => Ok(invocation.input),
        }
    }

    async fn try_out(&self, _: &Component, input: Value, _: Scope) -> Result<Value> {
        Ok(input)
    }
}
