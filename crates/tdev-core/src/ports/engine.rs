//! Running a compiled workflow.

use async_trait::async_trait;
use serde_json::Value;

use super::Scope;
use crate::Result;
use crate::agent_io::TraceStep;

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

/// Runs compiled workflows: tdev-asl on one machine, Step Functions in the cloud.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Runs a workflow to its end, or goes on where an execution of the same name stopped. One
    /// that failed goes on too where the scope is that of a call made again by a redrive.
    ///
    /// # Errors
    /// Only what kept it from running; a failed workflow is an outcome.
    async fn run(&self, request: EngineRequest) -> Result<EngineOutcome>;
}
