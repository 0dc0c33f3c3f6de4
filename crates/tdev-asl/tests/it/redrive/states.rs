//! Redrive, one state at a time: what is called again, with what, and what the history says.

use serde_json::{Value, json};
use tdev_asl::{Clock as _, Status};

use super::{Stage, machine, since_redrive};

#[tokio::test]
async fn a_failed_task_is_called_again_and_nothing_before_it() {
    let definition = machine(
        "First",
        &json!({
            "First": {"Type": "Task", "Resource": "first", "ResultPath": "$.first",
                "Assign": {"kept": "by first"}, "Next": "Second"},
            "Second": {"Type": "Task", "Resource": "second", "ResultPath": "$.second",
                "Parameters": {"in.$": "$.first", "kept.$": "$kept",
                    "count.$": "$$.Execution.RedriveCount", "retries.$": "$$.State.RetryCount"},
                "Next": "Last"},
            "Last": {"Type": "Pass", "End": true}
        }),
    );
    let tasks =
        json!({"first": [{"ok": 1}], "second": [{"error": "Down"}, {"error": "Down"}, "echo"]});
    let mut stage = Stage::new(&definition, &tasks);
    assert_eq!(stage.run(json!({"a": 0})).await.status, Status::Failed);
    let again = stage.redrive().await;
    assert_eq!(again.status, Status::Failed);
    assert_eq!(again.error.as_deref(), Some("Down"));
    let done = stage.redrive().await;
    assert_eq!(
        done.output,
        Some(json!({"a": 0, "first": 1,
            "second": {"in": 1, "kept": "by first", "count": 2, "retries": 0}}))
    );
    assert_eq!((stage.asked("first"), stage.asked("second")), (1, 3));
    assert_eq!(
        since_redrive(&done),
        [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "PassStateEntered",
            "PassStateExited",
            "ExecutionSucceeded"
        ]
    );
    let events: Vec<Value> = done
        .history
        .iter()
        .map(|e| serde_json::to_value(e).unwrap())
        .collect();
    let of = |kind: &str| -> Vec<&Value> { events.iter().filter(|e| e["type"] == kind).collect() };
    let counts: Vec<_> = of("ExecutionRedriven")
        .iter()
        .map(|e| e["executionRedrivenEventDetails"]["redriveCount"].clone())
        .collect();
    assert_eq!(counts, [1, 2]);
    // Every attempt follows from the one entry of its state, as AWS's histories have it.
    let entered = of("TaskStateEntered")[1]["id"].clone();
    for scheduled in &of("TaskScheduled")[1..] {
        assert_eq!(scheduled["previousEventId"], entered);
    }
    for (i, event) in events.iter().enumerate() {
        assert_eq!(event["id"], i + 1);
    }
    let tokens = stage.script.tokens.lock().unwrap();
    assert_eq!(tokens.len(), 4, "each attempt has a token of its own");
}

#[tokio::test]
async fn the_context_object_tells_of_the_redrive() {
    let definition = machine(
        "Tell",
        &json!({"Tell": {"Type": "Task", "Resource": "tell",
            "Parameters": {"execution.$": "$$.Execution"}, "End": true}}),
    );
    let mut stage = Stage::new(&definition, &json!({"tell": [{"error": "No"}, "echo"]}));
    stage.run(json!({})).await;
    stage.clock.advance(std::time::Duration::from_secs(90));
    let told = stage.redrive().await.output.unwrap();
    let execution = &told["execution"];
    assert_eq!(execution["RedriveCount"], 1);
    assert_eq!(execution["RedriveTime"], "2023-11-14T22:14:50.000Z");
    assert_eq!(execution["StartTime"], "2023-11-14T22:13:20.000Z");
}

#[tokio::test]
async fn retriers_count_from_nothing() {
    let definition = machine(
        "Try",
        &json!({"Try": {"Type": "Task", "Resource": "try", "End": true,
            "Parameters": {"retries.$": "$$.State.RetryCount"},
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 2}]}}),
    );
    let busy = json!({"error": "Busy"});
    let tasks = json!({"try": [busy, busy, busy, busy, busy, "echo"]});
    let mut stage = Stage::new(&definition, &tasks);
    assert_eq!(stage.run(json!({})).await.status, Status::Failed);
    assert_eq!(stage.asked("try"), 3);
    assert_eq!(stage.redrive().await.output, Some(json!({"retries": 2})));
    assert_eq!(stage.asked("try"), 6);
}

#[tokio::test]
async fn the_time_of_an_execution_that_timed_out_starts_again() {
    let mut definition = machine(
        "Pause",
        &json!({
            "Pause": {"Type": "Wait", "Seconds": 20, "Next": "Slow"},
            "Slow": {"Type": "Task", "Resource": "slow", "Next": "Pause2"},
            "Pause2": {"Type": "Wait", "Seconds": 20, "End": true}
        }),
    );
    definition["TimeoutSeconds"] = json!(30);
    let mut stage = Stage::new(&definition, &json!({"slow": ["never", "echo"]}));
    assert_eq!(stage.run(json!({})).await.status, Status::TimedOut);
    let begun = stage.clock.now();
    let done = stage.redrive().await;
    assert_eq!(done.status, Status::Succeeded);
    assert_eq!((stage.clock.now() - begun).num_seconds(), 20);
    let mut stuck = Stage::new(&definition, &json!({"slow": ["never"]}));
    assert_eq!(stuck.run(json!({})).await.status, Status::TimedOut);
    let begun = stuck.clock.now();
    assert_eq!(stuck.redrive().await.status, Status::TimedOut);
    assert_eq!((stuck.clock.now() - begun).num_seconds(), 30);
}

#[tokio::test]
async fn a_wait_is_waited_anew_and_a_moment_that_has_passed_is_not() {
    for (wait, seconds) in [
        (json!({"Type": "Wait", "Seconds": 20, "End": true}), 20),
        (
            json!({"Type": "Wait", "Timestamp": "2023-11-14T22:13:40Z", "End": true}),
            0,
        ),
    ] {
        let mut definition = machine("Pause", &json!({"Pause": wait}));
        definition["TimeoutSeconds"] = json!(10);
        let mut stage = Stage::new(&definition, &json!({}));
        assert_eq!(stage.run(json!({})).await.status, Status::TimedOut);
        stage.clock.advance(std::time::Duration::from_secs(60));
        let begun = stage.clock.now();
        let done = stage.redrive().await;
        let passed = (stage.clock.now() - begun).num_seconds();
        if seconds == 0 {
            assert_eq!((done.status, passed), (Status::Succeeded, 0));
        } else {
            assert_eq!((done.status, passed), (Status::TimedOut, 10));
        }
    }
}

#[tokio::test]
async fn a_fail_state_fails_again_and_a_choice_chooses_again() {
    let definition = machine(
        "Which",
        &json!({
            "Which": {"Type": "Choice", "Choices": [
                {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 1, "Next": "Good"}],
                "Default": "Bad"},
            "Good": {"Type": "Succeed"},
            "Bad": {"Type": "Fail", "Error": "Bad"}
        }),
    );
    let mut stage = Stage::new(&definition, &json!({}));
    stage.run(json!({})).await;
    let again = stage.redrive().await;
    // The Choice had been left, so only the Fail state is at fault.
    assert_eq!(
        since_redrive(&again),
        ["ExecutionRedriven", "ExecutionFailed"]
    );
    let definition = machine(
        "Which",
        &json!({
            "Which": {"Type": "Choice", "Choices": [
                {"Variable": "$$.Execution.RedriveCount", "NumericGreaterThan": 0, "Next": "Good"}]},
            "Good": {"Type": "Succeed"}
        }),
    );
    let mut stage = Stage::new(&definition, &json!({}));
    let first = stage.run(json!({})).await;
    assert_eq!(first.error.as_deref(), Some("States.NoChoiceMatched"));
    assert_eq!(stage.redrive().await.status, Status::Succeeded);
}

#[tokio::test]
async fn an_aborted_execution_goes_on_under_another_task_token() {
    let definition = machine(
        "Ask",
        &json!({"Ask": {"Type": "Task", "Resource": "ask.waitForTaskToken",
            "Parameters": {"token.$": "$$.Task.Token"}, "End": true}}),
    );
    let mut stage = Stage::new(&definition, &json!({"ask.waitForTaskToken": ["echo"]}));
    let options = stage.options();
    let (handle, running) = tdev_asl::spawn(
        stage.machine.clone(),
        json!({}),
        stage.script.clone(),
        options,
    );
    let old = stage.script.task_token().await;
    handle.abort(Some("Stop".to_owned()), None).await.unwrap();
    assert_eq!(running.await.unwrap().unwrap().status, Status::Aborted);
    let options = stage.options();
    let (handle, running) =
        tdev_asl::spawn_redrive(stage.machine.clone(), stage.script.clone(), options);
    let new = stage.script.task_token().await;
    assert_ne!(old, new);
    let stale = handle.complete_token(&old, Ok(json!("stale"))).await;
    assert_eq!(stale, Err(tdev_asl::HandleError::UnknownToken));
    handle
        .complete_token(&new, Ok(json!("fresh")))
        .await
        .unwrap();
    let done = running.await.unwrap().unwrap();
    assert_eq!(done.output, Some(json!("fresh")));
}

/// Tells what a call is told of the calls it repeats.
struct Teller(std::sync::Mutex<Vec<(String, Option<tdev_asl::Redriven>)>>);

#[async_trait::async_trait]
impl tdev_asl::TaskHandler for Teller {
    async fn run(&self, req: tdev_asl::TaskRequest) -> Result<Value, tdev_asl::TaskFailure> {
        let mut told = self.0.lock().unwrap();
        told.push((req.idempotency_token, req.redriven));
        Err(tdev_asl::TaskFailure::new("Busy", ""))
    }
}

#[tokio::test]
async fn a_call_made_again_is_told_of_the_first_and_a_retry_is_a_call_of_its_own() {
    let definition = machine(
        "Try",
        &json!({"Try": {"Type": "Task", "Resource": "try", "End": true,
            "Retry": [{"ErrorEquals": ["Busy"], "MaxAttempts": 1}]}}),
    );
    let mut stage = Stage::new(&definition, &json!({}));
    let teller = std::sync::Arc::new(Teller(std::sync::Mutex::default()));
    for redrives in [0, 1, 2, 2] {
        let options = tdev_asl::ExecutionOptions {
            redrives,
            ..stage.options()
        };
        let ended = tdev_asl::run(stage.machine.clone(), json!({}), teller.clone(), options);
        assert_eq!(ended.await.unwrap().status, Status::Failed);
    }
    let told = teller.0.lock().unwrap();
    // Asked for twice, the second redrive is one.
    let repeats: Vec<_> = told.iter().map(|(_, redriven)| redriven.clone()).collect();
    let of = |call: usize| {
        Some(tdev_asl::Redriven {
            first_token: told[call].0.clone(),
            redrives: 1,
        })
    };
    assert_eq!(repeats, [None, None, of(1), None, of(3), None]);
}

#[tokio::test]
async fn calls_redriven_twice_tell_of_the_first_of_all() {
    let definition = machine(
        "Try",
        &json!({"Try": {"Type": "Task", "Resource": "try", "End": true}}),
    );
    let mut stage = Stage::new(&definition, &json!({}));
    let teller = std::sync::Arc::new(Teller(std::sync::Mutex::default()));
    for redrives in 0..3 {
        let options = tdev_asl::ExecutionOptions {
            redrives,
            ..stage.options()
        };
        let ended = tdev_asl::run(stage.machine.clone(), json!({}), teller.clone(), options);
        assert_eq!(ended.await.unwrap().status, Status::Failed);
    }
    let told = teller.0.lock().unwrap();
    let second = told[2].1.clone().unwrap();
    assert_eq!((&second.first_token, second.redrives), (&told[0].0, 2));
}
