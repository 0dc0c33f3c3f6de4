//! The executor: checks and compiles a workflow and hands it to the engine.

mod bounded;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tdev_core::agent_io::Execution;
use tdev_core::component::ComponentRef;
use tdev_core::ports::{Apart, EngineOutcome, EngineRequest, Scope};
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

/// What the executor is asked: to run a workflow, or to tell how one ended that ran apart.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub enum Asked {
    /// A workflow to run.
    Execute(ExecuteRequest),
    /// An execution to look at.
    Ended(Ended),
}

/// An execution of its own that the state machine began and waited for.
#[derive(Debug, Clone, Deserialize)]
pub struct Ended {
    /// Its ARN.
    pub execution: String,
    /// How often the run was redriven.
    #[serde(default)]
    pub redrives: u32,
    /// What the state machine was told when it was not begun or did not succeed.
    #[serde(default)]
    pub failure: Option<Failure>,
}

/// `$states.errorOutput` of a state.
#[derive(Debug, Clone, Deserialize)]
pub struct Failure {
    /// The error's name.
    #[serde(rename = "Error", default)]
    pub error: String,
    /// Its cause.
    #[serde(rename = "Cause", default)]
    pub cause: String,
}

/// Either, as it is written: whoever asks about an execution says so in `ended`.
#[derive(Deserialize)]
struct Written {
    ended: Option<Ended>,
    workflow: Option<WorkflowSource>,
    #[serde(default)]
    inputs: Map<String, Value>,
}

impl TryFrom<Written> for Asked {
    type Error = &'static str;

    fn try_from(written: Written) -> std::result::Result<Self, &'static str> {
        match (written.ended, written.workflow) {
            (Some(ended), None) => Ok(Self::Ended(ended)),
            (None, Some(workflow)) => Ok(Self::Execute(ExecuteRequest {
                workflow,
                inputs: written.inputs,
            })),
            _ => Err("either `workflow` or `ended` is asked about"),
        }
    }
}

/// What the executor answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// The workflow is done.
    Done(Execution),
    /// It is to run as an execution of its own.
    Apart {
        /// What to begin.
        apart: Apart,
    },
    /// That execution is under way once more.
    UnderWay {
        /// Its ARN.
        under_way: String,
    },
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
    type Input = Asked;
    type Output = Answer;

    async fn run(&self, asked: Asked, scope: Scope) -> Result<Answer> {
        match asked {
            Asked::Execute(request) => self.execute(request, scope).await,
            Asked::Ended(ended) => self.ended(ended).await,
        }
    }
}

impl Executor {
    async fn execute(&self, request: ExecuteRequest, scope: Scope) -> Result<Answer> {
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
        let request = EngineRequest {
            execution,
            definition: compile(&checked),
            input,
            scope,
        };
        if let Some(apart) = self.deps.engine.apart(&request).await? {
            return Ok(Answer::Apart { apart });
        }
        concluded(self.deps.engine.run(request).await?).map(Answer::Done)
    }

    async fn ended(&self, asked: Ended) -> Result<Answer> {
        let found = self
            .deps
            .engine
            .ended(&asked.execution, asked.redrives)
            .await;
        match found {
            Ok(Some(outcome)) => concluded(outcome).map(Answer::Done),
            Ok(None) => Ok(Answer::UnderWay {
                under_way: asked.execution,
            }),
            // It was never begun: what the state machine was told says why.
            Err(unknown) if unknown.code == Code::RunNotFound => Err(match asked.failure {
                Some(failure) => Error::from_failure(&failure.error, &failure.cause),
                None => unknown,
            }),
            Err(fault) => Err(fault),
        }
    }
}

/// The execution, or its failure with the step that failed.
fn concluded(outcome: EngineOutcome) -> Result<Execution> {
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
