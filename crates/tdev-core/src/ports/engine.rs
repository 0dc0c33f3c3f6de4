//! Running a compiled workflow.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Scope;
use crate::agent_io::TraceStep;
use crate::{Code, Error, Result};

/// A compiled workflow and what to run it with.
#[derive(Debug, Clone)]
pub struct EngineRequest {
    /// Name of the execution. The same name resumes what was begun and reruns nothing finished.
    pub execution: String,
    /// Amazon States Language, as `workflow::compile` made it.
    pub definition: Value,
    /// The workflow's input.
    pub input: Value,
    /// On whose behalf.
    pub scope: Scope,
}

/// How a workflow ended.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineOutcome {
    /// The output, or why there is none.
    pub output: Result<Value>,
    /// Its steps in order of starting.
    pub trace: Vec<TraceStep>,
}

/// An execution of its own, to be begun by the state machine that asked for the workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Apart {
    /// The ARN of its state machine.
    pub machine: String,
    /// Its name, the same for every attempt at the same work.
    pub name: String,
    /// The workflow's input.
    pub input: Value,
}

/// Runs compiled workflows: tdev-asl on one machine, Step Functions in the cloud.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Runs a workflow to its end, or goes on where an execution of the same name stopped. One
    /// that failed goes on too where the scope is that of a call made again by a redrive.
    ///
    /// # Errors
    /// Only what kept it from running; a failed workflow is an outcome.
    async fn run(&self, request: EngineRequest) -> Result<EngineOutcome>;

    /// What is to be begun where this workflow cannot run in whoever calls this; nothing where
    /// [`run`](Self::run) runs it, as it does everything on one machine.
    ///
    /// # Errors
    /// What kept its state machine from being made.
    async fn apart(&self, _request: &EngineRequest) -> Result<Option<Apart>> {
        Ok(None)
    }

    /// How an execution of its own ended, by its ARN. One that failed goes on where it was redriven
    /// less often than `redrives`; nothing while it is under way.
    ///
    /// # Errors
    /// `Unsupported` where there are none; what kept it from being read.
    async fn ended(&self, execution: &str, _redrives: u32) -> Result<Option<EngineOutcome>> {
        Err(Error::new(
            Code::Unsupported,
            format!("this home runs no workflow as an execution of its own, as `{execution}`"),
        ))
    }
}
