//! Runs: a goal, code or workflow on its way through the system, and every event of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::agent_io::AgentSpec;
use crate::service::DeployRequest;
use crate::{Code, Error, Result};

/// What kind of thing is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A goal or code through the whole pipeline.
    Orchestrate,
    /// A stored workflow.
    Workflow,
    /// A service on its way to run.
    Deploy,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Accepted, or under way, or waiting for a person.
    Running,
    /// Done.
    Succeeded,
    /// Ended by an error.
    Failed,
    /// The best plan is kept; a person must decide.
    NeedsReview,
    /// Ended by a person.
    Cancelled,
}

impl RunStatus {
    /// Whether nothing will change any more without a new command.
    pub const fn ended(self) -> bool {
        !matches!(self, RunStatus::Running)
    }

    /// The snake_case spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            RunStatus::Running => "running",
            RunStatus::Succeeded => "succeeded",
            RunStatus::Failed => "failed",
            RunStatus::NeedsReview => "needs_review",
            RunStatus::Cancelled => "cancelled",
        }
    }
}

/// What a person or program asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRequest {
    /// The goal in plain words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// Source to classify and register first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A component to generate instead of reaching a goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<AgentSpec>,
    /// A stored workflow to run instead of a goal, `id` or `id@v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workflow: Option<String>,
    /// A service to deploy: instead of a goal, or of what reaches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deploy: Option<DeployRequest>,
    /// Values given with it, by name.
    #[serde(default, alias = "input")]
    pub inputs: Map<String, Value>,
    /// Score a plan must reach, 0 to 100.
    #[serde(default = "default_threshold")]
    pub threshold: f64,
    /// Rounds of plan → evaluate.
    #[serde(default = "default_rounds")]
    pub max_rounds: u32,
    /// Whether a person must approve the plan before it runs.
    #[serde(default)]
    pub require_approval: bool,
    /// Whether all experimental components may be planned with.
    #[serde(default)]
    pub allow_experimental: bool,
    /// The most its language model may cost, in dollars; what `tdev.toml` says where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<f64>,
}

const fn default_threshold() -> f64 {
    85.0
}

const fn default_rounds() -> u32 {
    3
}

impl Default for RunRequest {
    fn default() -> Self {
        Self {
            goal: None,
            code: None,
            spec: None,
            workflow: None,
            deploy: None,
            inputs: Map::new(),
            threshold: default_threshold(),
            max_rounds: default_rounds(),
            require_approval: false,
            allow_experimental: false,
            max_cost_usd: None,
        }
    }
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Time-ordered id, also the name of the execution.
    pub id: String,
    /// The project that owns it.
    pub project: String,
    /// What is run.
    pub kind: RunKind,
    /// How it stands.
    pub status: RunStatus,
    /// What was asked.
    pub request: RunRequest,
    /// When it was accepted.
    pub started_at: DateTime<Utc>,
    /// How often it was redriven after it had failed or been cancelled.
    #[serde(default, skip_serializing_if = "never")]
    pub redrives: u32,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// Its result, where it succeeded; the state machine's output otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
}

impl Run {
    /// What the run's state machine is given: `{"run_id", "project", "request"}`.
    ///
    /// # Errors
    /// `Internal` where the request is not JSON.
    pub fn machine_input(&self) -> Result<Value> {
        let request = serde_json::to_value(&self.request).map_err(|e| {
            Error::new(
                Code::Internal,
                format!("the request cannot be passed on: {e}"),
            )
        })?;
        Ok(json!({"run_id": self.id, "project": self.project, "request": request}))
    }

    /// The run as it stands once it is under way again, after it failed or was cancelled: only what
    /// ended without a result it could have had goes on.
    ///
    /// # Errors
    /// `Conflict` where it is under way or has ended otherwise.
    pub fn reopened(self) -> Result<Self> {
        self.reopenable()?;
        Ok(Self {
            status: RunStatus::Running,
            redrives: self.redrives + 1,
            ended_at: None,
            output: None,
            error: None,
            ..self
        })
    }

    /// Whether the run may go on although it has ended.
    ///
    /// # Errors
    /// `Conflict`, saying how it stands.
    pub fn reopenable(&self) -> Result<()> {
        let hint = match self.status {
            RunStatus::Failed | RunStatus::Cancelled => return Ok(()),
            RunStatus::Running => "resume it if nobody drives it",
            RunStatus::Succeeded => "there is nothing left to do; begin a new run",
            RunStatus::NeedsReview => "nothing failed; accept its plan, or begin a new run",
        };
        let stands = match self.status {
            RunStatus::Running => "it is under way",
            RunStatus::NeedsReview => "it needs review",
            _ => "it has succeeded",
        };
        let message = format!("run `{}` cannot be redriven: {stands}", self.id);
        Err(Error::new(Code::Conflict, message).hint(hint))
    }

    /// The goal and the plan that reached it, where the run succeeded by one with steps: what there
    /// is to learn from it.
    pub fn proven_plan(&self) -> Option<(&str, &Value)> {
        let goal = self.request.goal.as_deref()?;
        let plan = self.output.as_ref()?.pointer("/plan/workflow")?;
        let steps = plan.get("steps").and_then(Value::as_array)?;
        (self.status == RunStatus::Succeeded && !steps.is_empty()).then_some((goal, plan))
    }

    /// Writes into the run that its state machine came to an output.
    pub fn succeed(&mut self, output: Value, now: DateTime<Utc>) {
        self.status = match output.get("status").and_then(Value::as_str) {
            Some("needs_review") => RunStatus::NeedsReview,
            _ => RunStatus::Succeeded,
        };
        self.output = Some(output);
        self.ended_at = Some(now);
    }

    /// Writes into the run that its state machine failed. A cancellation may reach a nested
    /// execution first and come back as its failure.
    pub fn fail(&mut self, error: Error, now: DateTime<Utc>) {
        if error.code == Code::Cancelled {
            return self.cancel(&error.message, now);
        }
        self.status = RunStatus::Failed;
        self.error = Some(error);
        self.ended_at = Some(now);
    }

    /// Writes into the run that a person ended it.
    pub fn cancel(&mut self, reason: &str, now: DateTime<Utc>) {
        self.status = RunStatus::Cancelled;
        let message = if reason.is_empty() {
            "the run was cancelled"
        } else {
            reason
        };
        self.error = Some(Error::new(Code::Cancelled, message));
        self.ended_at = Some(now);
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out a reference"
)]
const fn never(times: &u32) -> bool {
    *times == 0
}

/// One transition, in AWS's event vocabulary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunEvent {
    /// Position in the project's event stream; grows, never reused. The SSE `id`.
    #[serde(default)]
    pub seq: i64,
    /// The run.
    pub run_id: String,
    /// The execution inside the run: the run's own id, or that of its workflow.
    pub execution: String,
    /// Position inside the execution, from 1.
    pub event_id: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// AWS's history event type: `TaskStateEntered`, `ExecutionSucceeded`, ….
    #[serde(rename = "type")]
    pub kind: String,
    /// The state concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The whole event as AWS's GetExecutionHistory would show it.
    pub event: Value,
}

/// A question that waits for a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: String,
    /// The run that waits.
    pub run_id: String,
    /// The step or state that waits.
    pub step: String,
    /// What is asked.
    pub message: String,
    /// What will happen on yes.
    #[serde(default)]
    pub subject: Value,
    /// The engine's task token; never shown to clients.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub task_token: String,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When the question expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
}

impl Approval {
    /// Whether the question can still be answered at that moment.
    ///
    /// # Errors
    /// `Conflict` where it is answered already or has expired.
    pub fn answerable(&self, now: DateTime<Utc>) -> Result<()> {
        let id = &self.id;
        if let Some(first) = &self.answer {
            let word = if first.approved {
                "approved"
            } else {
                "rejected"
            };
            return Err(Error::new(
                Code::Conflict,
                format!("`{id}` was {word} by {} already", first.by),
            ));
        }
        if let Some(expired) = self.expires_at.filter(|at| *at <= now) {
            return Err(Error::new(
                Code::Conflict,
                format!("`{id}` expired at {}", expired.to_rfc3339()),
            )
            .hint("resume the run to be asked again"));
        }
        Ok(())
    }
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Yes or no.
    pub approved: bool,
    /// Who answered.
    pub by: String,
    /// In their words.
    #[serde(default)]
    pub comment: String,
    /// When.
    pub at: DateTime<Utc>,
}
