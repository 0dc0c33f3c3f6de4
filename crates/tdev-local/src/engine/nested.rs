//! State machines that start others and wait for their end, as `states:startExecution.sync:2` does.

use serde_json::{Value, json};
use tdev_asl::{TaskFailure, TaskRequest};
use tdev_core::ports::Scope;
use tdev_core::{Code, Error, Result};

use super::arns::machine_of;
use super::driver::{Driver, Execution};
use super::functions::Invokers;
use super::live::Live;
use crate::journals::Journals;
use crate::lease::Leases;
use crate::sqlite::Database;

/// The resource of such a task.
pub(super) const RESOURCE: &str = "arn:aws:states:::states:startExecution.sync:2";

/// `statemachines/deploy.asl.json`.
pub(crate) const DEPLOYMENT: &str = include_str!("../../../../statemachines/deploy.asl.json");

/// What a nested execution is driven with: the same as the one around it.
#[derive(Clone)]
pub(super) struct Nest {
    pub(super) database: Database,
    pub(super) journals: Journals,
    pub(super) leases: Leases,
    pub(super) live: Live,
}

impl Nest {
    /// Runs the machine a task names to its end, journalled as a part of the same run. The same
    /// call made again goes on with what the first began.
    pub(super) async fn run(
        &self,
        request: TaskRequest,
        invokers: Invokers,
        scope: Scope,
    ) -> Result<Value, TaskFailure> {
        let TaskRequest {
            input,
            idempotency_token,
            redriven,
            ..
        } = request;
        let first = redriven
            .as_ref()
            .map_or(&idempotency_token, |call| &call.first_token);
        let name = format!("{}:{first}", scope.run_id);
        let definition = definition(&input).map_err(|error| failure(&error))?;
        let driver = Driver::new(
            self.database.clone(),
            self.journals.clone(),
            self.leases.clone(),
            self.live.clone(),
            invokers,
        );
        let execution = Execution {
            name: name.clone(),
            definition,
            input: input.get("Input").cloned().unwrap_or_default(),
            scope,
            redrives: redriven.as_ref().map_or(0, |call| call.redrives),
        };
        let ending = driver.standard(execution).await;
        match ending.and_then(super::driver::Ending::into_result) {
            Ok(output) => Ok(json!({"Name": name, "Status": "SUCCEEDED", "Output": output})),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// The failure of a nested execution as AWS tells it: its own error and cause inside the cause.
fn failure(error: &Error) -> TaskFailure {
    let cause =
        json!({"Error": error.code.as_str(), "Cause": error.to_cause(), "Status": "FAILED"});
    TaskFailure::new("States.TaskFailed", cause.to_string())
}

fn definition(input: &Value) -> Result<Value> {
    let arn = input.get("StateMachineArn").and_then(Value::as_str);
    let text = match arn.and_then(machine_of) {
        Some("deploy") => DEPLOYMENT,
        _ => {
            return Err(Error::new(
                Code::Unsupported,
                format!(
                    "`{}` is no state machine of this machine",
                    arn.unwrap_or_default()
                ),
            )
            .hint("name it as `${DeployStateMachineArn}`"));
        }
    };
    serde_json::from_str(text)
        .map_err(|e| Error::new(Code::InvalidStateMachine, format!("it is not JSON: {e}")))
}
