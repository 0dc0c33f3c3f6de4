//! Execution history in the vocabulary of AWS's `GetExecutionHistory`.

mod serialise;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::Json;

/// One event of an execution's history. Serialises as AWS's JSON.
#[derive(Debug, Clone)]
pub struct HistoryEvent {
    /// From 1, without gaps.
    pub id: u64,
    /// The event this one follows from, 0 for the first.
    pub previous_event_id: u64,
    /// When the input that led to the event arrived.
    pub timestamp: DateTime<Utc>,
    pub(crate) kind: &'static str,
    pub(crate) state: Option<Arc<str>>,
    pub(crate) details: Details,
}

impl HistoryEvent {
    /// AWS's name of the event, such as `TaskStateEntered`.
    pub const fn event_type(&self) -> &'static str {
        self.kind
    }

    /// The state the event belongs to.
    pub fn state_name(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Whether the event is a state's being entered.
    pub fn enters_state(&self) -> bool {
        self.kind.ends_with("StateEntered")
    }

    /// The error name the event carries, if it is a failure with one.
    pub fn error(&self) -> Option<&str> {
        match &self.details {
            Details::Failed { error, .. }
            | Details::TaskFailed { error, .. }
            | Details::Evaluation { error, .. } => error.as_deref(),
            _ => None,
        }
    }

    /// The output or result the event carries, if it has one.
    pub fn output(&self) -> Option<&serde_json::Value> {
        match &self.details {
            Details::Exited { output, .. }
            | Details::Output { output }
            | Details::TaskOutput { output, .. } => Some(output),
            _ => None,
        }
    }

    /// The input the event carries, if it has one.
    pub fn input(&self) -> Option<&serde_json::Value> {
        match &self.details {
            Details::Started { input, .. }
            | Details::Entered { input }
            | Details::FunctionScheduled { input, .. } => Some(input),
            Details::TaskScheduled { parameters, .. } => Some(parameters),
            _ => None,
        }
    }
}

/// What an event says beyond its name.
#[derive(Debug, Clone)]
pub(crate) enum Details {
    None,
    /// `ExecutionStarted`.
    Started {
        input: Json,
        role_arn: String,
    },
    /// A state entered.
    Entered {
        input: Json,
    },
    /// A state left.
    Exited {
        output: Json,
        /// The variables the state assigned.
        assigned: Vec<(Arc<str>, Json)>,
    },
    /// `ExecutionSucceeded`, `LambdaFunctionSucceeded`.
    Output {
        output: Json,
    },
    /// Whatever failed with an error and a cause.
    Failed {
        error: Option<String>,
        cause: Option<String>,
    },
    /// `EvaluationFailed`.
    Evaluation {
        error: Option<String>,
        cause: Option<String>,
        location: String,
    },
    /// `LambdaFunctionScheduled`.
    FunctionScheduled {
        resource: String,
        input: Json,
        timeout: Option<u64>,
        heartbeat: Option<u64>,
    },
    /// `TaskScheduled`.
    TaskScheduled {
        region: String,
        service: String,
        action: String,
        parameters: Json,
        timeout: Option<u64>,
        heartbeat: Option<u64>,
    },
    /// `TaskStarted`.
    TaskStarted {
        service: String,
        action: String,
    },
    /// `TaskSucceeded`, `TaskSubmitted`.
    TaskOutput {
        service: String,
        action: String,
        output: Json,
    },
    /// `TaskFailed`, `TaskTimedOut`.
    TaskFailed {
        service: String,
        action: String,
        error: Option<String>,
        cause: Option<String>,
    },
    /// `MapStateStarted`.
    Length {
        length: usize,
    },
    /// The iteration events.
    Iteration {
        index: usize,
    },
    /// `MapRunStarted`.
    MapRun {
        arn: String,
    },
    /// `ExecutionRedriven`.
    Redriven {
        count: u32,
    },
    /// `MapRunRedriven`.
    MapRunRedriven {
        arn: String,
        count: u32,
    },
}
