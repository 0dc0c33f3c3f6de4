//! Mock files: both forms, and what is said when no answer is there.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::mock::Mocks;
use tdev_asl::{ExecutionOptions, Outcome, StateMachine, VirtualClock, run};

const PAY: &str = "arn:aws:lambda:us-east-1:123456789012:function:pay";

fn machine(resource: &str) -> Arc<StateMachine> {
    let definition = json!({"StartAt": "Pay", "States": {
        "Pay": {
            "Type": "Task", "Resource": resource,
            "Parameters": {"FunctionName": "pay", "Payload": {}},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 5}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": true
        },
        "Caught": {"Type": "Pass", "End": true}
    }});
    Arc::new(StateMachine::from_value(&definition).unwrap())
}

async fn outcome(machine: &Arc<StateMachine>, mocks: Mocks) -> Outcome {
    let mocks = Arc::new(mocks);
    let mut options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        keep_history: true,
        ..ExecutionOptions::default()
    };
    mocks.attend(&mut options);
    run(Arc::clone(machine), json!({}), mocks, options)
        .await
        .unwrap()
}

fn read(machine: &StateMachine, mocks: &Value, test_case: Option<&str>) -> Mocks {
    Mocks::parse(&mocks.to_string(), test_case, machine).unwrap()
}

fn amazon() -> Value {
    json!({
        "StateMachines": {"Shop": {"TestCases": {
            "Busy": {"Pay": "TwiceBusy"}, "Short": {"Pay": "OnceBusy"}
        }}},
        "MockedResponses": {
            "TwiceBusy": {
                "0-1": {"Throw": {"Error": "Busy", "Cause": "try later"}},
                "2": {"Return": {"StatusCode": 200, "Payload": {"paid": true}}}
            },
            "OnceBusy": {"0": {"Throw": {"Error": "Busy"}}}
        }
    })
}

#[tokio::test]
async fn answers_are_found_by_state_by_resource_and_by_function() {
    for (resource, key) in [
        (PAY, "Pay"),
        (PAY, PAY),
        ("arn:aws:states:::lambda:invoke", "pay"),
        (
            "arn:aws:states:::lambda:invoke",
            "arn:aws:states:::lambda:invoke",
        ),
    ] {
        let machine = machine(resource);
        let mocks = read(&machine, &json!({key: [{"return": {"Payload": 1}}]}), None);
        let output = outcome(&machine, mocks).await.output.unwrap();
        let envelope = resource.ends_with("invoke");
        let payload = if envelope {
            &output["Payload"]
        } else {
            &output
        };
        assert_eq!(*payload, json!({"Payload": 1}), "{key}");
        assert_eq!(output.get("StatusCode").is_some(), envelope, "{key}");
    }
}

#[tokio::test]
async fn answers_come_in_turn_and_the_last_one_repeats() {
    let machine = machine(PAY);
    let mocks =
        json!({"Pay": [{"throw": {"error": "Busy"}}, {"throw": {"error": "Busy"}}, {"return": 7}]});
    let done = outcome(&machine, read(&machine, &mocks, None)).await;
    assert_eq!(done.output, Some(json!(7)));
    let mocks = json!({"Pay": [{"throw": {"error": "Gone", "cause": "for good"}}]});
    let done = outcome(&machine, read(&machine, &mocks, None)).await;
    assert_eq!(
        done.output,
        Some(json!({"Error": "Gone", "Cause": "for good"}))
    );
}

#[tokio::test]
async fn a_test_case_of_step_functions_local_answers_by_attempt() {
    let machine = machine("arn:aws:states:::lambda:invoke");
    let done = outcome(&machine, read(&machine, &amazon(), Some("Busy"))).await;
    let output = done.output.unwrap();
    assert_eq!(output["Payload"], json!({"paid": true}));
    assert_eq!(output["SdkHttpMetadata"]["HttpStatusCode"], 200);
    let done = outcome(&machine, read(&machine, &amazon(), Some("Shop#Short"))).await;
    assert_eq!(done.error.as_deref(), Some("States.Runtime"));
    assert_eq!(
        done.cause.as_deref(),
        Some(
            "no mock answers attempt 1 of the state `Pay`: the key `1` is missing in /MockedResponses/OnceBusy"
        )
    );
}

#[tokio::test]
async fn a_task_without_a_mock_fails_past_every_catch_and_says_what_is_missing() {
    let machine = machine("arn:aws:states:::lambda:invoke");
    let done = outcome(&machine, Mocks::none(&machine)).await;
    assert_eq!(done.error.as_deref(), Some("States.Runtime"));
    assert_eq!(
        done.cause.as_deref(),
        Some(
            "no mock answers the state `Pay`, which calls `pay` by `arn:aws:states:::lambda:invoke`: the key `Pay` in the mocks would"
        )
    );
}

#[tokio::test]
async fn a_task_that_waits_for_its_token_is_answered_too() {
    let machine = machine("arn:aws:states:::sqs:sendMessage.waitForTaskToken");
    let mocks = read(
        &machine,
        &json!({"Pay": [{"throw": {"error": "Busy"}}, {"return": {"ok": 1}}]}),
        None,
    );
    let done = outcome(&machine, mocks).await;
    assert_eq!(done.output, Some(json!({"ok": 1})));
    let types: Vec<_> = done.history.iter().map(|e| e.event_type()).collect();
    assert_eq!(types.iter().filter(|t| **t == "TaskSubmitted").count(), 2);
}

#[test]
fn every_fault_of_a_mock_file_has_its_place() {
    let machine = machine(PAY);
    let told = |text: &str, case: Option<&str>| {
        Mocks::parse(text, case, &machine).unwrap_err().to_string()
    };
    let pretty = serde_json::to_string_pretty(&amazon()).unwrap();
    let texts = [
        told("{", None),
        told("[]", None),
        told(
            "{\"Pay\": [{\"retrun\": 1}, {\"throw\": {}}],\n \"B\": {\"return\": 1}, \"C\": []}",
            None,
        ),
        told("{}", Some("Busy")),
        told(&pretty, None),
        told(&pretty, Some("Bussy")),
        told(&pretty.replace("\"Pay\"", "\"Pya\""), Some("Busy")),
        told(
            &pretty.replace(": \"TwiceBusy\"", ": \"TwiceBsy\""),
            Some("Busy"),
        ),
        told(&pretty.replace("\"2\"", "\"3\""), Some("Busy")),
        told(&pretty.replace("\"2\"", "\"two\""), Some("Busy")),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}
