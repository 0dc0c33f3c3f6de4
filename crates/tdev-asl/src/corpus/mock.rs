//! The functions the recorded runs called.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{TaskFailure, TaskHandler, TaskRequest};

/// Answers as the recorded functions did, told apart by the end of their name.
#[derive(Debug, Clone, Copy, Default)]
pub struct FunctionMocks;

/// Returns its event.
pub const fn id_function(event: Value) -> Value {
    event
}

#[async_trait]
impl TaskHandler for FunctionMocks {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        let name = req.resource.rsplit(':').next().unwrap_or_default();
        match name {
            // The recorded pipe shows what this one returned, whatever it was given.
            "echo_function" => Ok(json!({"Return": "HelloWorld"})),
            "raise_exception" => Err(TaskFailure::new(
                "Exception",
                json!({
                    "errorMessage": "Some exception was raised.",
                    "errorType": "Exception",
                    "requestId": req.idempotency_token,
                    "stackTrace": [
                        "  File \"/var/task/handler.py\", line 2, in handler\n    raise Exception(\"Some exception was raised.\")\n"
                    ],
                })
                .to_string(),
            )),
            _ => Ok(id_function(req.input)),
        }
    }
}
