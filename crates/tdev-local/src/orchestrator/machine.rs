//! The state machines that drive runs, and what they are given.

use serde_json::Value;
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
pub(super) fn of_workflow() -> Result<Value> {
    read(include_str!("../../../../statemachines/workflow.asl.json"))
}

/// A service is brought to run by a machine of its own.
pub(super) fn of_deployment() -> Result<Value> {
    read(crate::engine::DEPLOYMENT)
}
