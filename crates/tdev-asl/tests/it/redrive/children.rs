//! Redrive of Parallel and Map states: only what did not end well is done again.

use serde_json::{Value, json};
use tdev_asl::Status;

use super::{Stage, machine, since_redrive};

fn task(resource: &str) -> Value {
    json!({"StartAt": resource, "States": {resource: {"Type": "Task", "Resource": resource, "End": true}}})
}

#[tokio::test]
async fn branches_that_ended_keep_their_results() {
    let two = json!({"StartAt": "One", "States": {
        "One": {"Type": "Task", "Resource": "one", "Assign": {"v": "mine"}, "Next": "Two"},
        "Two": {"Type": "Task", "Resource": "two", "Parameters": {"v.$": "$v"}, "End": true}}});
    let definition = machine(
        "Both",
        &json!({"Both": {"Type": "Parallel", "End": true,
            "Branches": [task("good"), two, task("slow"), task("bad")]}}),
    );
    let tasks = json!({"good": [{"ok": "kept"}], "one": ["echo"], "two": ["echo"],
        "slow": ["never", {"ok": "now"}], "bad": ["never", "never", {"error": "Bad"}, {"ok": "better"}]});
    let mut definition = definition;
    definition["TimeoutSeconds"] = json!(5);
    let mut stage = Stage::new(&definition, &tasks);
    assert_eq!(stage.run(json!(7)).await.status, Status::TimedOut);
    let failing = stage.redrive().await;
    assert_eq!(failing.status, Status::TimedOut);
    assert_eq!(stage.redrive().await.error.as_deref(), Some("Bad"));
    let done = stage.redrive().await;
    assert_eq!(
        done.output,
        Some(json!(["kept", {"v": "mine"}, "now", "better"]))
    );
    let asked = ["good", "one", "two", "slow", "bad"].map(|r| stage.asked(r));
    assert_eq!(asked, [1, 1, 1, 2, 4]);
    assert_eq!(
        since_redrive(&done),
        [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "ParallelStateSucceeded",
            "ParallelStateExited",
            "ExecutionSucceeded"
        ]
    );
}

#[tokio::test]
async fn iterations_that_failed_or_were_stopped_go_on_and_those_not_begun_begin() {
    let definition = machine(
        "Each",
        &json!({"Each": {"Type": "Map", "MaxConcurrency": 2, "End": true, "ItemProcessor": {
            "StartAt": "Before", "States": {
                "Before": {"Type": "Task", "Resource": "before", "Next": "Work"},
                "Work": {"Type": "Task", "Resource": "work", "End": true}}}}}),
    );
    let bad = json!({"error": "Bad"});
    let tasks = json!({"before": ["echo"], "work": ["echo", bad, "echo"]});
    let mut stage = Stage::new(&definition, &tasks);
    let failed = stage.run(json!([0, 1, 2, 3, 4])).await;
    assert_eq!(failed.status, Status::Failed);
    assert_eq!(stage.asked("before"), 3);
    let done = stage.redrive().await;
    assert_eq!(done.output, Some(json!([0, 1, 2, 3, 4])));
    // The third was stopped before its first state ended; those of the second stay as they are.
    assert_eq!((stage.asked("before"), stage.asked("work")), (6, 6));
    let types = since_redrive(&done);
    let count = |kind: &str| types.iter().filter(|t| **t == kind).count();
    assert_eq!(count("MapIterationStarted"), 2);
    assert_eq!(count("MapIterationSucceeded"), 4);
}

#[tokio::test]
async fn what_is_nested_deep_goes_on_from_its_own_state() {
    let inner = json!({"StartAt": "Inner", "States": {"Inner": {"Type": "Map", "End": true,
        "ItemProcessor": task("work")}}});
    let definition = machine(
        "Outer",
        &json!({"Outer": {"Type": "Map", "End": true, "ItemProcessor": {
            "StartAt": "Mid", "States": {"Mid": {"Type": "Parallel", "End": true,
                "Branches": [inner, task("aside")]}}}}}),
    );
    let bad = json!({"error": "Bad"});
    let tasks = json!({"work": ["echo", "echo", "echo", bad, "echo"], "aside": ["echo"]});
    let mut stage = Stage::new(&definition, &tasks);
    let input = json!([[1, 2], [3, 4]]);
    assert_eq!(stage.run(input).await.status, Status::Failed);
    assert_eq!(stage.asked("work"), 4);
    assert_eq!(stage.asked("aside"), 2);
    let done = stage.redrive().await;
    assert_eq!(
        done.output,
        Some(json!([[[1, 2], [1, 2]], [[3, 4], [3, 4]]]))
    );
    assert_eq!(stage.asked("work"), 5);
    assert_eq!(stage.asked("aside"), 2);
}

#[tokio::test]
async fn a_state_that_failed_on_its_own_result_is_run_whole() {
    let definition = machine(
        "Both",
        &json!({"Both": {"Type": "Parallel", "Branches": [task("a"), task("b")],
            "ResultSelector": {"id.$": "$[0].id"}, "End": true}}),
    );
    let tasks = json!({"a": [{"ok": {}}, {"ok": {"id": 1}}], "b": ["echo"]});
    let mut stage = Stage::new(&definition, &tasks);
    assert_eq!(stage.run(json!({})).await.status, Status::Failed);
    assert_eq!(stage.redrive().await.output, Some(json!({"id": 1})));
    assert_eq!((stage.asked("a"), stage.asked("b")), (2, 2));
}

#[tokio::test]
async fn a_branch_that_had_not_entered_its_state_enters_it() {
    let early = json!({"StartAt": "Early", "States": {
        "Early": {"Type": "Choice", "Choices": [
            {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "On"}]},
        "On": {"Type": "Succeed"}}});
    let definition = machine(
        "Both",
        &json!({"Both": {"Type": "Parallel", "Branches": [early, task("late")], "End": true}}),
    );
    let mut stage = Stage::new(&definition, &json!({"late": ["echo"]}));
    assert_eq!(stage.run(json!(1)).await.status, Status::Failed);
    assert_eq!(stage.asked("late"), 0, "the first branch failed before");
    let done = stage.redrive().await;
    assert_eq!(done.output, Some(json!([1, 1])));
    assert!(since_redrive(&done).contains(&"TaskStateEntered"));
}

#[tokio::test]
async fn a_branch_that_fails_at_once_again_leaves_nothing_of_its_siblings_behind() {
    let check = json!({"StartAt": "Pause", "States": {
        "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Check"},
        "Check": {"Type": "Choice", "Choices": [{"And": [
            {"Or": [{"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0},
                {"Variable": "$", "NumericEquals": 2}]},
            {"Variable": "$", "NumericGreaterThan": 0}], "Next": "Good"}]},
        "Good": {"Type": "Succeed"}}});
    let nested = json!({"StartAt": "Nested", "States": {"Nested": {"Type": "Parallel", "End": true,
        "Branches": [task("y"), task("z")]}}});
    let definition = machine(
        "Spread",
        &json!({"Spread": {"Type": "Map", "MaxConcurrency": 1, "ToleratedFailureCount": 1,
            "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true,
                    "Branches": [check, task("x"), nested]}}}}}),
    );
    let answers = json!(["never", "never", "echo"]);
    let tasks = json!({"x": answers, "y": answers, "z": answers});
    let mut stage = Stage::new(&definition, &tasks);
    assert_eq!(stage.run(json!([0, 1, 2])).await.status, Status::Failed);
    // The first fails again before its siblings begin; what takes their places is not they.
    let done = stage.redrive().await;
    let mut results = done.output.unwrap();
    assert_eq!(results[0].take()["Status"], "FAILED");
    assert_eq!(results, json!([null, [1, 1, [1, 1]], [2, 2, [2, 2]]]));
    assert_eq!(["x", "y", "z"].map(|r| stage.asked(r)), [4; 3]);
}

fn distributed(kind: &str, tolerated: usize) -> Value {
    machine(
        "Spread",
        &json!({"Spread": {"Type": "Map", "MaxConcurrency": 1, "ToleratedFailureCount": tolerated,
            "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
                "StartAt": "Before", "States": {
                    "Before": {"Type": "Task", "Resource": "before", "Next": "Work"},
                    "Work": {"Type": "Task", "Resource": "work", "End": true}}}}}),
    )
}

#[tokio::test]
async fn all_children_of_a_map_run_that_failed_are_done_again_tolerated_ones_too() {
    let bad = json!({"error": "Bad"});
    for (kind, befores) in [("STANDARD", 6), ("EXPRESS", 8)] {
        let tasks = json!({"before": ["echo"], "work": [bad, "echo", bad, "echo"]});
        let mut stage = Stage::new(&distributed(kind, 1), &tasks);
        let failed = stage.run(json!([0, 1, 2, 3, 4, 5])).await;
        assert_eq!(
            failed.error.as_deref(),
            Some("States.ExceedToleratedFailureThreshold")
        );
        let done = stage.redrive().await;
        assert_eq!(done.output, Some(json!([0, 1, 2, 3, 4, 5])), "{kind}");
        // A standard child goes on from its failed state, an express one from its first.
        assert_eq!(stage.asked("before"), befores, "{kind}");
        assert_eq!(stage.asked("work"), 8, "{kind}");
        let redriven = done
            .history
            .iter()
            .find(|e| e.event_type() == "MapRunRedriven");
        let redriven = serde_json::to_value(redriven.unwrap()).unwrap();
        let started = done
            .history
            .iter()
            .find(|e| e.event_type() == "MapRunStarted");
        let started = serde_json::to_value(started.unwrap()).unwrap();
        let details = &redriven["mapRunRedrivenEventDetails"];
        assert_eq!(details["redriveCount"], 1);
        assert_eq!(
            details["mapRunArn"],
            started["mapRunStartedEventDetails"]["mapRunArn"]
        );
    }
}

#[tokio::test]
async fn a_redriven_map_run_counts_its_failures_from_nothing() {
    let bad = json!({"error": "Bad"});
    let tasks = json!({"before": ["echo"], "work": [bad, bad, bad, "echo"]});
    let mut stage = Stage::new(&distributed("STANDARD", 1), &tasks);
    assert_eq!(stage.run(json!([0, 1, 2])).await.status, Status::Failed);
    let done = stage.redrive().await;
    // The first fails again, which is tolerated.
    assert_eq!(done.status, Status::Succeeded, "{done:#?}");
    let mut results = done.output.unwrap();
    assert_eq!(results[0].take()["Status"], "FAILED");
    assert_eq!(results, json!([null, 1, 2]));
}
