//! What an event says beyond its name, in AWS's JSON.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{ExecutionOptions, StateMachine, VirtualClock, run};

use crate::script::Script;

#[tokio::test]
async fn events_carry_what_aws_writes_of_them() {
    let machine = json!({
        "StartAt": "Keep",
        "States": {
            "Keep": {"Type": "Pass", "Assign": {"total": 3, "name": "Ada"}, "Next": "Call"},
            "Call": {
                "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                "Parameters": {"MessageBody": "x"}, "TimeoutSeconds": 9, "HeartbeatSeconds": 3, "End": true
            }
        }
    });
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        machine_arn: "arn:aws:states:eu-central-1:1:stateMachine:m".to_owned(),
        keep_history: true,
        ..ExecutionOptions::default()
    };
    let script = Script::new(&json!({"arn:aws:states:::sqs:sendMessage": [{"ok": {"id": 1}}]}));
    let outcome = run(
        Arc::new(StateMachine::from_value(&machine).unwrap()),
        json!({}),
        Arc::new(script),
        options,
    )
    .await
    .unwrap();
    let of = |kind: &str| -> Value {
        let event = outcome.history.iter().find(|e| e.event_type() == kind);
        serde_json::to_value(event.unwrap()).unwrap()
    };
    let exited = &of("PassStateExited")["stateExitedEventDetails"];
    let assigned = json!({"total": "3", "name": "\"Ada\""});
    assert_eq!(exited["assignedVariables"], assigned);
    assert_eq!(
        of("TaskScheduled")["taskScheduledEventDetails"],
        json!({
            "resourceType": "sqs", "resource": "sendMessage", "region": "eu-central-1",
            "parameters": "{\"MessageBody\":\"x\"}", "timeoutInSeconds": 9, "heartbeatInSeconds": 3
        })
    );
    assert_eq!(
        of("TaskSucceeded")["taskSucceededEventDetails"]["output"],
        "{\"id\":1}"
    );
}
