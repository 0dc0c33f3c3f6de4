//! The executor: checks and compiles a workflow and hands it to the engine.

mod bounded;

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::{Map, Value};
use tdev_core::agent_io::Execution;
use tdev_core::component::ComponentRef;
use tdev_core::ports::{EngineRequest, Scope};
use tdev_core::workflow::{Workflow, check, compile, input};
use tdev_core::{Code, Error, Result};

use crate::{Agent, Deps};

/// Runs workflows.
pub struct Executor {
    deps: Deps,
}

/// What the executor is asked.
#[derive(Debug, Clone, Deserialize)]
pub struct ExecuteRequest {
    /// A whole workflow, or a stored one as `id` or `id@v1`.
    pub workflow: WorkflowSource,
    /// Its input.
    #[serde(default)]
    pub inputs: Map<String, Value>,
}

/// A workflow by value or by reference.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum WorkflowSource {
    /// A stored one.
    Stored(ComponentRef),
    /// This one.
    Whole(Box<Workflow>),
}

impl Executor {
    /// An executor over these ports.
    pub const fn new(deps: Deps) -> Self {
        Self { deps }
    }
}

#[async_trait]
impl Agent for Executor {
    const NAME: &'static str = "executor";
    type Input = ExecuteRequest;
    type Output = Execution;

    async fn run(&self, request: ExecuteRequest, scope: Scope) -> Result<Execution> {
        let workflow = match request.workflow {
            WorkflowSource::Whole(workflow) => *workflow,
            WorkflowSource::Stored(stored) => (*self
                .deps
                .workflows
                .get(&stored.name, stored.version)
                .await?)
                .clone(),
        };
        let catalog = self.deps.catalog().await?;
        let checked = check(&workflow, &catalog).map_err(|faults| rejected(&faults))?;
        let input = input(&checked.workflow.input_schema, request.inputs)?;
        // The same token after a crash names the same execution, so it goes on where it stopped;
        // so does what a redrive calls again, whose failed steps alone are done again. A new
        // attempt after a failure is a new one.
        let first = match &scope.redriven {
            Some(call) => &call.first_token,
            None => &scope.idempotency_token,
        };
        let execution = format!("{}:{first}", scope.run_id);
        let outcome = self
            .deps
            .engine
            .run(EngineRequest {
                execution,
                definition: compile(&checked),
                input,
                scope,
            })
            .await?;
        let trace = bounded::trace(outcome.trace);
        match outcome.output {
            Ok(output) => Ok(Execution { output, trace }),
            Err(error) => {
                let step = trace
                    .iter()
                    .rev()
                    .find(|s| s.error.is_some())
                    .map(|s| s.id.clone());
                Err(match (&error.field, step) {
                    (None, Some(step)) => error.field(format!("steps.{step}")),
                    _ => error,
                })
            }
        }
    }
}

/// The first fault speaks for the workflow; all of them are in its details.
fn rejected(faults: &[Error]) -> Error {
    let all = serde_json::to_value(faults).unwrap_or_default();
    match faults {
        [one] => one.clone(),
        [first, ..] => first.clone().details(all),
        [] => Error::new(
            Code::InvalidWorkflow,
            "the workflow was refused without a reason",
        ),
    }
}
