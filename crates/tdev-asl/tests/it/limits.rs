//! The limits of the language, and what must not exhaust the stack.

use std::sync::Arc;

use serde_json::{Value, json};
use tdev_asl::{ExecutionOptions, MemoryJournal, Outcome, StateMachine, VirtualClock, run, spawn};

use crate::script::Script;

async fn run_it(definition: Value, input: Value, journalled: bool) -> Outcome {
    let machine = Arc::new(StateMachine::from_value(&definition).unwrap());
    let options = ExecutionOptions {
        clock: Arc::new(VirtualClock::default()),
        journal: journalled.then(|| Arc::new(MemoryJournal::new()) as _),
        keep_history: true,
        ..ExecutionOptions::default()
    };
    let script = Arc::new(Script::new(&json!({"echo": ["echo"]})));
    run(machine, input, script, options).await.unwrap()
}

#[tokio::test]
async fn a_result_over_256_kib_fails_and_can_be_caught_by_name() {
    let doubling = "States.Format('{}{}', $.text, $.text)";
    let outcome = run_it(
        json!({"StartAt": "Grow", "States": {
            "Grow": {"Type": "Pass", "Parameters": {"text.$": doubling}, "Next": "Grow2"},
            "Grow2": {"Type": "Task", "Resource": "echo",
                "ResultSelector": {"text.$": doubling},
                "Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "ResultPath": null, "Next": "End"}],
                "Next": "End"},
            "End": {"Type": "Pass", "Result": "caught", "End": true}
        }}),
        json!({"text": "x".repeat(100 * 1024)}),
        false,
    )
    .await;
    assert_eq!(outcome.output, Some(json!("caught")));
    let outcome = run_it(
        json!({"StartAt": "Grow", "States": {
            "Grow": {"Type": "Task", "Resource": "echo", "Parameters": {"text.$": doubling},
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}], "Next": "Grow"},
            "End": {"Type": "Succeed"}
        }}),
        json!({"text": "x".repeat(1024)}),
        false,
    )
    .await;
    assert_eq!(outcome.error.as_deref(), Some("States.DataLimitExceeded"));
}

#[tokio::test]
async fn results_put_into_the_input_count_together_and_what_they_replace_does_not() {
    let part = json!("x".repeat(60 * 1024));
    let put = |path: &str, next: &str| json!({"Type": "Pass", "Result": part, "ResultPath": path, "Next": next});
    for (paths, error) in [
        (["$.a", "$.b", "$.c", "$.d"], None),
        (["$.a", "$.a", "$.a", "$.a"], None),
        (
            ["$.a.b", "$.b[0]", "$.d", "$.a.b"],
            Some("States.ResultPathMatchFailure"),
        ),
        (
            ["$.a", "$.b", "$.c", "$.e"],
            Some("States.DataLimitExceeded"),
        ),
    ] {
        for journalled in [false, true] {
            let definition = json!({"StartAt": "A", "States": {
                "A": put(paths[0], "B"), "B": put(paths[1], "C"),
                "C": put(paths[2], "D"), "D": put(paths[3], "End"),
                "End": {"Type": "Succeed"}
            }});
            let input = json!({"d": "y".repeat(20 * 1024)});
            let outcome = run_it(definition, input, journalled).await;
            assert_eq!(outcome.error.as_deref(), error, "{paths:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_over_256_kib_fails_its_task_by_the_name_aws_gives_it() {
    for (resource, parameters, name, event) in [
        (
            "arn:aws:lambda:eu-west-1:1:function:big",
            json!({}),
            "arn:aws:lambda:eu-west-1:1:function:big",
            "LambdaFunctionFailed",
        ),
        (
            "arn:aws:states:::lambda:invoke",
            json!({"FunctionName": "big"}),
            "lambda",
            "TaskFailed",
        ),
    ] {
        let definition = json!({"StartAt": "Call", "States": {"Call": {
            "Type": "Task", "Resource": resource, "Parameters": parameters,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "End"}], "End": true
        }, "End": {"Type": "Succeed"}}});
        let machine = Arc::new(StateMachine::from_value(&definition).unwrap());
        let big = json!({"ok": "ü".repeat(140 * 1024)});
        let script = Script::new(&json!({"big": [big.clone()], (resource): [big]}));
        let options = ExecutionOptions {
            keep_history: true,
            ..ExecutionOptions::default()
        };
        let outcome = run(machine, json!({}), Arc::new(script), options)
            .await
            .unwrap();
        assert_eq!(outcome.error.as_deref(), Some("States.DataLimitExceeded"));
        assert_eq!(
            outcome.cause,
            Some(format!(
                "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
            ))
        );
        let kinds: Vec<_> = outcome.history.iter().map(|e| e.event_type()).collect();
        assert_eq!(kinds[kinds.len() - 2..], [event, "ExecutionFailed"]);
    }
}

#[tokio::test]
async fn a_journalled_execution_ends_at_25000_events() {
    let endless = json!({"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "B"}], "Default": "A"},
        "B": {"Type": "Succeed"}
    }});
    let outcome = run_it(endless, json!(1), true).await;
    assert_eq!(outcome.history.len(), 25_000);
    assert_eq!(
        outcome.history.last().unwrap().event_type(),
        "ExecutionFailed"
    );
}

#[tokio::test]
async fn an_endless_execution_in_memory_can_still_be_aborted() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": true, "Next": "B"}], "Default": "A"},
        "B": {"Type": "Succeed"}
    }});
    let machine = Arc::new(StateMachine::from_value(&definition).unwrap());
    let script = Arc::new(Script::default());
    let (handle, running) = spawn(machine, json!(1), script, ExecutionOptions::default());
    handle.abort(None, None).await.unwrap();
    assert_eq!(running.await.unwrap().unwrap().status.as_str(), "ABORTED");
}

#[test]
fn depth_never_overflows_the_stack() {
    let mut definition = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    for i in 0..30 {
        let name = format!("N{i}");
        let mut states = json!({});
        states[&name] = json!({"Type": "Parallel", "End": true, "Branches": [definition]});
        definition = json!({"StartAt": name, "States": states});
    }
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let outcome = runtime.block_on(run_it(definition.clone(), json!(1), false));
        assert_eq!(outcome.status.as_str(), "SUCCEEDED");
        let mut deeper = definition;
        for _ in 0..20 {
            deeper = json!({"StartAt": "D", "States": {"D": {"Type": "Parallel", "End": true, "Branches": [deeper]}}});
        }
        let invalid = StateMachine::from_value(&deeper).unwrap_err();
        assert!(invalid.faults.iter().any(|f| f.code == "TOO_DEEP"));
        let mut data = json!(1);
        for _ in 0..5_000 {
            data = Value::Array(vec![data]);
        }
        assert_eq!(StateMachine::from_value(&data).unwrap_err().faults[0].code, "TOO_DEEP");
        std::mem::forget(data);
    });
    small.unwrap().join().unwrap();
}

#[tokio::test]
async fn ten_thousand_items_run_in_one_execution() {
    let items: Vec<u32> = (0..10_000).collect();
    let outcome = run_it(
        json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "MaxConcurrency": 40,
            "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "echo", "End": true}}}}}}),
        json!(items),
        false,
    )
    .await;
    assert_eq!(outcome.output, Some(json!(items)));
}
