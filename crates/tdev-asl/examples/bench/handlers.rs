//! The tasks the measured machines call.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tdev_asl::{TaskFailure, TaskHandler, TaskRequest};

/// Answers with its input at once; the resource `fail` fails.
pub(crate) struct Echo;

#[async_trait]
impl TaskHandler for Echo {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        if request.resource == "fail" {
            return Err(TaskFailure::new("Refused", "as it was asked to"));
        }
        Ok(request.input)
    }
}

/// Answers with its input after a while.
pub(crate) struct Sleeper(pub(crate) Duration);

#[async_trait]
impl TaskHandler for Sleeper {
    async fn run(&self, request: TaskRequest) -> Result<Value, TaskFailure> {
        tokio::time::sleep(self.0).await;
        Ok(request.input)
    }
}

/// A request as the engine makes it, for loops that call the handler without the engine.
pub(crate) fn request(resource: &str, number: usize, input: Value) -> TaskRequest {
    TaskRequest {
        resource: resource.to_owned(),
        input,
        state: resource.to_owned(),
        execution: "bench".into(),
        idempotency_token: number.to_string(),
        attempt: 0,
        redriven: None,
        task_token: None,
        context: Value::Null.into(),
        timeout: None,
    }
}
