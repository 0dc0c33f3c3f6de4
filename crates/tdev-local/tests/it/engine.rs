//! The engine: what it hands to components, and what it tells of a run.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tdev_core::agent_io::TraceStep;
use tdev_core::ports::{EngineRequest, Scope};
use tdev_core::{Code, Error};
use tdev_local::Home;
use tempfile::TempDir;

use crate::bench::{Bench, branch, chain, task};

pub(crate) fn project() -> (TempDir, Home, Bench) {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    let bench = Bench::of(&home);
    (dir, home, bench)
}

pub(crate) fn request(definition: &Value) -> EngineRequest {
    EngineRequest {
        execution: "r1:flow".to_owned(),
        definition: definition.clone(),
        input: json!({"items": [1, 2, 3]}),
        scope: Scope {
            project: "demo".to_owned(),
            run_id: "r1".to_owned(),
            ..Scope::default()
        },
    }
}

/// A step, two branches of which one is flaky, and a loop.
pub(crate) fn rich() -> Value {
    let mut flaky = task("flaky", "FlakyAgent", &json!({"n": 2}));
    flaky["Retry"] = json!([{"ErrorEquals": ["RemoteUnavailable"], "IntervalSeconds": 1, "MaxDelaySeconds": 1, "MaxAttempts": 3}]);
    let mut each = task("each", "EchoAgent", &json!("{% $states.input %}"));
    each["End"] = json!(true);
    chain(&[
        (
            "first",
            task(
                "first",
                "EchoAgent",
                &json!({"all": "{% $states.input.items %}"}),
            ),
        ),
        (
            "both",
            json!({"Type": "Parallel", "Branches": [
                branch(&[("left", task("left", "EchoAgent", &json!({"n": 1}))), ("left-2", task("left-2", "EchoAgent", &json!({"n": 3})))]),
                branch(&[("flaky", flaky)]),
            ]}),
        ),
        (
            "loop",
            json!({"Type": "Map", "Items": "{% $states.context.Execution.Input.items %}",
            "ItemProcessor": {"StartAt": "each", "States": {"each": each}}}),
        ),
        (
            "last",
            task(
                "last",
                "EchoAgent",
                &json!({"of": "{% $states.input.got %}"}),
            ),
        ),
    ])
}

/// What of a trace is the same however often the run was cut off.
pub(crate) fn essence(trace: &[TraceStep]) -> BTreeSet<String> {
    trace
        .iter()
        .map(|s| {
            format!(
                "{} {} {} {} {} {:?}",
                s.id, s.agent, s.input, s.output, s.attempts, s.error
            )
        })
        .collect()
}

#[tokio::test]
async fn both_modes_give_the_same_output_and_trace() {
    let (dir, home, bench) = project();
    let standard = home
        .engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let (_other, _, again) = project();
    let express = home
        .express_engine(again.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    assert_eq!(standard.output, express.output);
    assert_eq!(essence(&standard.trace), essence(&express.trace));
    let ids: Vec<_> = standard.trace.iter().map(|s| s.id.as_str()).collect();
    assert_eq!((ids[0], ids[7], ids.len()), ("first", "last", 8));
    assert!(
        standard
            .trace
            .iter()
            .zip(1..)
            .all(|(step, at)| step.step == at)
    );
    let flaky = standard.trace.iter().find(|s| s.id == "flaky").unwrap();
    assert_eq!((flaky.attempts, &flaky.error), (3, &None));
    assert!(flaky.duration_ms >= 2000.0, "waits are part of it");
    drop(dir);
}

#[tokio::test]
async fn a_call_carries_its_scope_and_a_token_of_its_own() {
    let (_dir, home, bench) = project();
    home.engine(bench.invokers())
        .run(request(&rich()))
        .await
        .unwrap();
    let called = bench.called();
    assert!(
        called
            .iter()
            .all(|c| c.scope.project == "demo" && c.scope.run_id == "r1")
    );
    assert_eq!(called[0].scope.step, "first");
    let tokens: BTreeSet<_> = called.iter().map(|c| &c.scope.idempotency_token).collect();
    assert_eq!(tokens.len(), called.len());
}

#[tokio::test]
async fn a_failure_comes_out_as_it_was_raised() {
    let (_dir, home, bench) = project();
    let broken = chain(&[
        ("a", task("a", "EchoAgent", &json!({}))),
        ("b", task("b", "BrokenAgent", &json!({}))),
    ]);
    for engine in [
        home.engine(bench.invokers()),
        home.express_engine(bench.invokers()),
    ] {
        let outcome = engine.run(request(&broken)).await.unwrap();
        let expected = Error::new(Code::PermissionDenied, "host not granted")
            .field("url")
            .hint("grant it");
        assert_eq!(outcome.output, Err(expected.clone()));
        assert_eq!(
            (outcome.trace.len(), &outcome.trace[1].error),
            (2, &Some(expected))
        );
    }
}

#[tokio::test]
async fn what_cannot_be_run_is_said_before_anything_runs() {
    let (dir, home, bench) = project();
    let error = home
        .engine(bench.invokers())
        .run(request(&json!({"States": {}})))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::InvalidStateMachine);
    assert!(!dir.path().join(".tdev").exists());
    let foreign = chain(&[(
        "a",
        json!({"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Arguments": {}}),
    )]);
    let outcome = home
        .engine(bench.invokers())
        .run(request(&foreign))
        .await
        .unwrap();
    assert_eq!(outcome.output.unwrap_err().code, Code::Unsupported);
}

#[tokio::test]
async fn a_question_to_a_person_is_refused_in_memory() {
    let (_dir, home, bench) = project();
    let asking = chain(&[("ask", crate::bench::approval("ask"))]);
    let error = home
        .express_engine(bench.invokers())
        .run(request(&asking))
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::Unsupported);
}
