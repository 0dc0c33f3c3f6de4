//! Runs as executions of Step Functions: begun once, looked at, ended, answered.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures::future::join_all;
use serde_json::{Value, json};
use tdev_aws::step_functions::Machines;
use tdev_core::Code;
use tdev_core::ports::EventStore;
use tdev_core::run::{Run, RunStatus};

use crate::bench::Bench;
use crate::contract::approvals::{answer, question};
use crate::contract::{self, run};

/// Ample for anything that is waited for.
const LONG: Duration = Duration::from_secs(60);

async fn machines(bench: &Bench, states: Value) -> Machines {
    let start = states.as_object().unwrap().keys().next().unwrap().clone();
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states});
    let arn = bench.machine("m", &definition).await;
    Machines {
        orchestrate: arn.clone(),
        deploy: arn.clone(),
        workflow: arn,
    }
}

fn waits() -> Value {
    json!({"a": {"Type": "Wait", "Seconds": 600, "End": true}})
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn the_history_of_executions_keeps_the_contract_of_events() {
    let bench = Bench::new("events").await;
    let pass = json!({"a": {"Type": "Pass", "Next": "b"}, "b": {"Type": "Pass", "End": true}});
    let machines = machines(&bench, pass).await;
    let home = bench.home("demo");
    let orchestrator = home.orchestrator(&machines);
    let produce = async |id: &str| {
        orchestrator.begin(&run(id)).await.unwrap();
        orchestrator.drive(id).await.unwrap();
    };
    let (events, runs) = (home.events(&machines), home.followed_runs(&machines));
    contract::events::suite(&*events, &*runs, produce).await;

    let all = events.after("e1", 0, 1000).await.unwrap();
    let told: Vec<_> = all
        .iter()
        .map(|e| (e.kind.as_str(), e.state.as_deref()))
        .collect();
    let expected = [
        ("ExecutionStarted", None),
        ("PassStateEntered", Some("a")),
        ("PassStateExited", Some("a")),
        ("PassStateEntered", Some("b")),
        ("PassStateExited", Some("b")),
        ("ExecutionSucceeded", None),
    ];
    assert_eq!(told, expected);
    let given = all[0].event["executionStartedEventDetails"]["input"]
        .as_str()
        .unwrap();
    let given: Value = serde_json::from_str(given).unwrap();
    assert_eq!(
        (&given["run_id"], &given["request"]["goal"]),
        (&json!("e1"), &json!("do it"))
    );
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_run_ends_as_its_execution_does() {
    let bench = Bench::new("endings").await;
    let choose = json!({
        "a": {"Type": "Choice", "Default": "done", "Choices": [
            {"Condition": "{% $states.input.request.goal = 'fail' %}", "Next": "fail"},
            {"Condition": "{% $states.input.request.goal = 'review' %}", "Next": "review"}
        ]},
        "fail": {"Type": "Fail", "Error": "CapabilityMissing", "Cause": "nothing translates"},
        "review": {"Type": "Succeed", "Output": {"status": "needs_review", "result": null}},
        "done": {"Type": "Succeed", "Output": {"status": "succeeded", "result": 42}}
    });
    let machines = machines(&bench, choose).await;
    let home = bench.home("demo");
    let (orchestrator, runs) = (home.orchestrator(&machines), home.followed_runs(&machines));
    for (id, goal, status) in [
        ("a1", "do", RunStatus::Succeeded),
        ("a2", "fail", RunStatus::Failed),
        ("a3", "review", RunStatus::NeedsReview),
    ] {
        let mut asked = run(id);
        asked.request.goal = Some(goal.to_owned());
        runs.create(asked, None).await.unwrap();
        // However many drive it, it is one execution.
        let driven = tokio::time::timeout(LONG, join_all((0..4).map(|_| orchestrator.drive(id))));
        let driven: Vec<Run> = driven
            .await
            .unwrap()
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert!(driven.iter().all(|one| *one == driven[0]));
        assert_eq!(driven[0].status, status);
        assert!(driven[0].ended_at.is_some());
    }
    assert_eq!(runs.get("a1").await.unwrap().output.unwrap()["result"], 42);
    let failed = runs.get("a2").await.unwrap().error.unwrap();
    assert_eq!(
        (failed.code, failed.message.as_str()),
        (Code::CapabilityMissing, "nothing translates")
    );
    let late = orchestrator.cancel("a1", "too late").await.unwrap_err();
    assert_eq!(late.code, Code::Conflict);
    assert_eq!(
        orchestrator.drive("nobody").await.unwrap_err().code,
        Code::RunNotFound
    );
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn a_cancelled_run_and_its_execution_both_end() {
    let bench = Bench::new("cancel").await;
    let machines = machines(&bench, waits()).await;
    let home = bench.home("demo");
    let (orchestrator, runs) = (home.orchestrator(&machines), home.followed_runs(&machines));
    runs.create(run("a1"), None).await.unwrap();
    orchestrator.begin(&run("a1")).await.unwrap();
    assert_eq!(runs.get("a1").await.unwrap().status, RunStatus::Running);
    let cancelled = orchestrator.cancel("a1", "changed my mind").await.unwrap();
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    assert_eq!(cancelled.error.unwrap().message, "changed my mind");
    let execution = machines
        .orchestrate
        .replace(":stateMachine:", ":execution:")
        + ":a1";
    let sfn = aws_sdk_sfn::Client::new(&bench.sdk);
    let found = sfn
        .describe_execution()
        .execution_arn(execution)
        .send()
        .await
        .unwrap();
    assert_eq!(found.status.as_str(), "ABORTED");

    // One that never came to be started ends too, and a fault elsewhere is seen by who reads.
    runs.create(run("a2"), None).await.unwrap();
    let cancelled = orchestrator.cancel("a2", "").await.unwrap();
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    let (all, _) = runs.list(None, 10).await.unwrap();
    assert!(all.iter().all(|run| run.status == RunStatus::Cancelled));
}

#[tokio::test]
#[ignore = "needs the emulated AWS: make cloud-test"]
async fn an_answer_reaches_the_task_that_waits_for_it() {
    let bench = Bench::new("answers").await;
    // Where people are asked, the approval function keeps the token; here a table does.
    let item = json!({"pk": {"S": "demo"}, "sk": {"S": "token"},
        "task_token": {"S": "{% $states.context.Task.Token %}"}});
    let ask = json!({"ask": {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem.waitForTaskToken",
        "Arguments": {"TableName": bench.tables.approvals, "Item": item},
        "End": true
    }});
    let machines = machines(&bench, ask).await;
    let home = bench.home("demo");
    let (orchestrator, runs) = (home.orchestrator(&machines), home.followed_runs(&machines));
    runs.create(run("a1"), None).await.unwrap();
    orchestrator.begin(&run("a1")).await.unwrap();
    let events = home.events(&machines);
    let token = tokio::time::timeout(LONG, token(&bench, &*events));
    let token = token.await.unwrap();
    home.approvals()
        .ask(question("q1", "a1", &token))
        .await
        .unwrap();
    orchestrator
        .answer("q1", answer(true, "ann"))
        .await
        .unwrap();
    let again = orchestrator
        .answer("q1", answer(false, "eve"))
        .await
        .unwrap_err();
    assert_eq!(again.code, Code::Conflict);
    let ended = tokio::time::timeout(LONG, orchestrator.drive("a1"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        ended.output.unwrap(),
        json!({"approved": true, "by": "ann", "comment": ""})
    );
}

/// The token of the task, which is kept some time after it was scheduled.
async fn token(bench: &Bench, events: &dyn EventStore) -> String {
    let string = |text: &str| AttributeValue::S(text.to_owned());
    loop {
        let read = bench
            .dynamo()
            .get_item()
            .table_name(&bench.tables.approvals);
        let read = read.key("pk", string("demo")).key("sk", string("token"));
        if let Some(item) = read.send().await.unwrap().item {
            return item["task_token"].as_s().unwrap().clone();
        }
        let moment = Duration::from_millis(50);
        events.wait("a1", i64::MAX, moment).await.unwrap();
    }
}
