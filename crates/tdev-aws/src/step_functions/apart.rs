//! Workflows as executions of their own, where they cannot run in the executor's function.
//!
//! Their state machine is made from the compiled definition and named by its hash: the same
//! definition is the same machine, one that was changed is another, and none is ever changed. The
//! state machine of the run begins the execution and waits for it; how it ended is read here.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::Value;
use tdev_core::ports::{Apart, Engine, EngineOutcome, EngineRequest, content_hash};
use tdev_core::trace::trace_of;
use tdev_core::{Code, Error, Result};

use super::bind::{StepFunctions, bind};
use super::{events, reasons};
use crate::fault;

/// How much of a hash tells definitions, and executions of one run, apart.
const ENOUGH: usize = 32;

/// What state machines of workflows are made with.
#[derive(Debug, Clone)]
pub struct Workshop {
    /// What their names begin with: the stack's.
    pub stack: String,
    /// The ARN of the role they run by.
    pub role: String,
    /// The functions they call.
    pub functions: StepFunctions,
}

/// An engine that runs what it can, and has the rest run apart.
pub(crate) struct Parting {
    pub(crate) inside: Arc<dyn Engine>,
    pub(crate) client: Client,
    pub(crate) workshop: Workshop,
    pub(crate) project: String,
}

#[async_trait]
impl Engine for Parting {
    async fn run(&self, request: EngineRequest) -> Result<EngineOutcome> {
        self.inside.run(request).await
    }

    async fn apart(&self, request: &EngineRequest) -> Result<Option<Apart>> {
        if !reasons::must_run_apart(&request.definition, &request.input) {
            return Ok(None);
        }
        let bound = bind(
            request.definition.clone(),
            &self.workshop.functions,
            &self.project,
        );
        let text = bound.to_string();
        let machine = self
            .client
            .create_state_machine()
            .name(format!("{}-w-{}", self.workshop.stack, short(&text)))
            .role_arn(&self.workshop.role)
            .definition(&text)
            .send()
            .await
            .map_err(|error| {
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_invalid_definition())
                {
                    let message = "Step Functions does not take the compiled workflow";
                    return Error::new(Code::InvalidStateMachine, message);
                }
                fault::of("make the workflow's state machine", &error)
            })?;
        Ok(Some(Apart {
            machine: machine.state_machine_arn,
            name: format!("{}_{}", request.scope.run_id, short(&request.execution)),
            input: request.input.clone(),
        }))
    }

    async fn ended(&self, execution: &str, redrives: u32) -> Result<Option<EngineOutcome>> {
        let found = self
            .client
            .describe_execution()
            .execution_arn(execution)
            .send()
            .await
            .map_err(|error| {
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_does_not_exist())
                {
                    let message = "the workflow's execution was never begun";
                    return Error::new(Code::RunNotFound, message);
                }
                fault::of("read the workflow's execution", &error)
            })?;
        let failed = |name: &str| {
            let name = found.error.as_deref().unwrap_or(name);
            Error::from_failure(name, found.cause.as_deref().unwrap_or_default())
        };
        let output = match &found.status {
            ExecutionStatus::Succeeded => {
                let text = found.output.as_deref().unwrap_or("null");
                serde_json::from_str::<Value>(text).map_err(|_| {
                    Error::new(Code::StoreCorrupt, "the output of a workflow is not JSON")
                })
            }
            ExecutionStatus::Running | ExecutionStatus::PendingRedrive => return Ok(None),
            // Its run goes on after it had failed; so does it, with what it has done.
            _ if i64::from(found.redrive_count.unwrap_or_default()) < i64::from(redrives) => {
                self.redrive(execution).await?;
                return Ok(None);
            }
            ExecutionStatus::Aborted => Err(Error::new(
                Code::Cancelled,
                found.cause.clone().unwrap_or_default(),
            )),
            ExecutionStatus::TimedOut => Err(failed("States.Timeout")),
            _ => Err(failed("States.Runtime")),
        };
        let history = events::whole(&self.client, execution).await?;
        Ok(Some(EngineOutcome {
            output,
            trace: trace_of(&history),
        }))
    }
}

impl Parting {
    async fn redrive(&self, execution: &str) -> Result<()> {
        self.client
            .redrive_execution()
            .execution_arn(execution)
            .send()
            .await
            .map(drop)
            .map_err(|error| {
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_execution_not_redrivable())
                {
                    let message = "the workflow's execution cannot be redriven any more";
                    return Error::new(Code::Conflict, message).hint("begin a new run");
                }
                fault::of("redrive the workflow's execution", &error)
            })
    }
}

/// The beginning of a text's hash, in hexadecimal digits.
fn short(text: &str) -> String {
    content_hash(text.as_bytes()).chars().take(ENOUGH).collect()
}
