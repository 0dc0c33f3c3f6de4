//! Runs: a goal, code or workflow on its way through the system, and every event of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Error;
use crate::agent_io::AgentSpec;

/// What kind of thing is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A goal or code through the whole pipeline.
    Orchestrate,
    /// A stored workflow.
    Workflow,
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
