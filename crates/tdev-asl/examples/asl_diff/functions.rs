//! The functions that generated machines call, and a run of this engine with them.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use tdev_asl::{
    ExecutionOptions, StateMachine, TaskFailure, TaskHandler, TaskRequest, VirtualClock,
    run as start,
};

pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

/// The other side has the same functions: `scripts/asl-diff/functions.py`.
struct Functions;

#[async_trait]
impl TaskHandler for Functions {
    async fn run(&self, req: TaskRequest) -> Result<Value, TaskFailure> {
        let event = req.input;
        let fail = |kind: &str, message: &str| {
            let cause = json!({"errorMessage": message, "errorType": kind});
            Err(TaskFailure::new(kind, cause.to_string()))
        };
        match req.resource.rsplit(':').next() {
            Some("shape") => Ok(json!({
                "n": 3, "xs": [2, 1], "os": [{"id": 4, "k": "a"}], "o": {"k": "b", "n": 1},
                "event": event,
            })),
            Some("raise") => fail("Custom", "boom"),
            Some("flaky") if event["retry"].as_i64() < event["fails"].as_i64() => {
                fail("Busy", "try later")
            }
            Some("flaky") => Ok(event["value"].clone()),
            _ => Ok(event),
        }
    }
}

/// What this engine makes of a machine.
pub(super) fn run(definition: &Value, input: &Value) -> Value {
    let machine = match StateMachine::from_value(definition) {
        Ok(machine) => Arc::new(machine),
        Err(invalid) => return json!({"refused": invalid.to_string()}),
    };
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        keep_history: true,
        seed: Some(1),
        ..ExecutionOptions::default()
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(runtime) => runtime,
        Err(fault) => return json!({"not_run": fault.to_string()}),
    };
    match runtime.block_on(start(machine, input.clone(), Arc::new(Functions), options)) {
        Err(fault) => json!({"not_run": fault.to_string()}),
        Ok(outcome) => {
            let events: Vec<Value> = outcome
                .history
                .iter()
                .map(|event| {
                    let object = event.input().is_some_and(Value::is_object);
                    json!([event.event_type(), event.state_name(), object])
                })
                .collect();
            json!({
                "status": outcome.status.as_str(),
                "output": outcome.output,
                "error": outcome.error,
                "cause": outcome.cause,
                "events": events,
            })
        }
    }
}
