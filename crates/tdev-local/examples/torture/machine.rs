//! What the victims drive: a bit of everything that can be under way when the power goes.

use serde_json::{Value, json};

use crate::WAIT_SECONDS;

/// Executions side by side in one process.
pub(crate) const TOGETHER: usize = 3;

pub(crate) fn names() -> Vec<String> {
    (0..TOGETHER).map(|n| format!("run-{n}")).collect()
}

fn task(step: &str, input: &Value) -> Value {
    json!({
        "Type": "Task",
        "Resource": "${ComponentFunctionArn}",
        "Arguments": {"component": "WorkAgent@v1", "step": step, "input": input},
    })
}

fn last(mut state: Value) -> Value {
    state["End"] = json!(true);
    state
}

fn then(mut state: Value, next: &str) -> Value {
    state["Next"] = json!(next);
    state
}

/// Parallel branches with a wait, a retry and a question in them, a map, a nested machine.
pub(crate) fn outer() -> Value {
    let retry = json!([{"ErrorEquals": ["RemoteUnavailable"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}]);
    let mut flaky = last(task("flaky", &json!("{% $states.input %}")));
    flaky["Retry"] = retry;
    let ask = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {
            "FunctionName": "${ApprovalFunctionArn}",
            "Payload": {"step": "ask", "message": "go on?", "task_token": "{% $states.context.Task.Token %}"}
        },
        "Output": {"approved": "{% $states.result.approved %}"},
    });
    json!({
        "QueryLanguage": "JSONata",
        "StartAt": "first",
        "States": {
            "first": {"Next": "both", "Assign": {"seen": "{% $states.result %}"}, "Output": {"n": 1},
                "Type": "Task", "Resource": "${ComponentFunctionArn}",
                "Arguments": {"component": "WorkAgent@v1", "step": "first", "input": {"of": "{% $states.context.Execution.Name %}"}}},
            "both": {"Type": "Parallel", "Next": "each", "Branches": [
                {"StartAt": "pause", "States": {
                    "pause": {"Type": "Wait", "Seconds": WAIT_SECONDS, "Next": "late"},
                    "late": last(task("late", &json!({"n": 1}))),
                }},
                {"StartAt": "flaky", "States": {"flaky": flaky}},
                {"StartAt": "ask", "States": {
                    "ask": then(ask, "told"),
                    "told": last(task("told", &json!("{% $states.input %}"))),
                }},
                {"StartAt": "a", "States": {
                    "a": then(task("a", &json!({"n": 1})), "b"),
                    "b": then(task("b", &json!({"n": 2})), "c"),
                    "c": last(task("c", &json!({"n": 3}))),
                }},
            ]},
            "each": {"Type": "Map", "Items": [1, 2, 3, 4, 5, 6], "MaxConcurrency": 2, "Next": "nested",
                "ItemProcessor": {"StartAt": "odd", "States": {
                    "odd": {"Type": "Choice", "Default": "even", "Choices": [
                        {"Condition": "{% $states.input % 2 = 1 %}", "Next": "work"}]},
                    "even": {"Type": "Pass", "Output": "{% $states.input * 10 %}", "Next": "work"},
                    "work": last(task("work", &json!({"item": "{% $states.input %}"}))),
                }}},
            "nested": {"Type": "Task", "Resource": "${ExecutorFunctionArn}", "Next": "last",
                "Arguments": {"workflow": "inner", "inputs": {"of": "{% $states.context.Execution.Name %}"}}},
            "last": last(task("last", &json!({"all": "{% $states.input %}", "first": "{% $seen %}"}))),
        }
    })
}

/// What the outer machine runs as an execution of its own.
pub(crate) fn inner() -> Value {
    json!({
        "QueryLanguage": "JSONata",
        "StartAt": "inside",
        "States": {
            "inside": then(task("inside", &json!("{% $states.input %}")), "fan"),
            "fan": {"Type": "Map", "Items": [7, 8, 9], "Next": "out",
                "ItemProcessor": {"StartAt": "deep", "States": {
                    "deep": last(task("deep", &json!({"item": "{% $states.input %}"}))),
                }}},
            "out": {"Type": "Succeed", "Output": {"inner": "{% $states.input %}"}},
        }
    })
}
