//! The state machines that drive runs, and what they are given.

use serde_json::{Value, json};
use tdev_core::run::Run;
use tdev_core::{Code, Error, Result};

/// Reads the text of a definition.
pub(super) fn read(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|e| {
        Error::new(
            Code::InvalidStateMachine,
            format!("the orchestration is not JSON: {e}"),
        )
        .hint("correct the file the project names as its orchestration")
    })
}

/// A stored workflow is run by the executor alone, in a machine of one state, so that it is
/// journalled and resumed as every run is.
pub(super) fn of_workflow() -> Value {
    json!({
        "Comment": "Runs one stored workflow.",
        "QueryLanguage": "JSONata",
        "StartAt": "execute",
        "States": {
            "execute": {
                "Type": "Task",
                "Resource": "${ExecutorFunctionArn}",
                "Arguments": {
                    "workflow": "{% $states.input.request.workflow %}",
                    "inputs": "{% $states.input.request.inputs %}"
                },
                "Retry": [
                    {"ErrorEquals": ["StoreUnavailable", "Locked"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 2}
                ],
                "Output": {
                    "status": "succeeded",
                    "result": "{% $states.result.output %}",
                    "trace": "{% $states.result.trace %}"
                },
                "End": true
            }
        }
    })
}

/// What a run's machine is given.
pub(super) fn input_of(run: &Run) -> Result<Value> {
    let request = serde_json::to_value(&run.request).map_err(|e| {
        Error::new(
            Code::Internal,
            format!("the request cannot be passed on: {e}"),
        )
    })?;
    Ok(json!({"run_id": run.id, "project": run.project, "request": request}))
}
