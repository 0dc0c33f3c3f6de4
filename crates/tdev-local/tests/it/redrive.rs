//! Runs that failed or were cancelled go on from where they ended, and nothing done is done again,
//! in the workflow inside the run neither.

use serde_json::{Value, json};
use tdev_core::Code;
use tdev_core::run::{Run, RunStatus};
use tdev_local::Home;

use crate::bench::{Bench, chain, task};
use crate::contract::run;
use crate::orchestrator::{Project, agent};

/// Plans, then has the executor run the project's workflow.
fn machine() -> Value {
    chain(&[
        (
            "plan",
            agent(
                "Planner",
                &json!({"goal": "{% $states.input.request.goal %}"}),
            ),
        ),
        (
            "execute",
            agent("Executor", &json!({"workflow": "w", "inputs": {}})),
        ),
        (
            "end",
            json!({"Type": "Pass", "Output": {"status": "succeeded", "result": "{% $states.input.output %}",
                "trace": "{% $states.input.trace %}"}}),
        ),
    ])
}

/// A project whose workflow is these steps.
async fn project(steps: &[(&str, Value)]) -> Project {
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    let bench = Bench::of(&home).with_workflow(&home, chain(steps));
    home.runs().create(run("r1"), None).await.unwrap();
    Project { dir, home, bench }
}

fn step(name: &str, component: &str) -> (String, Value) {
    let input = json!({"at": name});
    (name.to_owned(), task(name, component, &input))
}

async fn project_of(steps: &[(&str, &str)]) -> Project {
    let steps: Vec<_> = steps.iter().map(|(n, c)| step(n, c)).collect();
    let steps: Vec<_> = steps.iter().map(|(n, s)| (n.as_str(), s.clone())).collect();
    project(&steps).await
}

fn times(project: &Project, name: &str) -> usize {
    project.bench.names().iter().filter(|n| *n == name).count()
}

/// How often each execution of the run says that it was redriven.
async fn redriven(project: &Project) -> Vec<String> {
    let events = project.home.events().after("r1", 0, 1000).await.unwrap();
    events
        .into_iter()
        .filter(|e| e.kind == "ExecutionRedriven")
        .map(|e| e.execution)
        .collect()
}

async fn stored(project: &Project) -> Run {
    project.home.runs().get("r1").await.unwrap()
}

#[tokio::test]
async fn only_the_failed_step_of_the_workflow_inside_runs_again() {
    // Fails twice before it works.
    let project = project_of(&[
        ("one", "EchoAgent"),
        ("two", "FlakyAgent"),
        ("three", "EchoAgent"),
    ])
    .await;
    let orchestrator = project.orchestrator(&machine());
    let failed = orchestrator.drive("r1").await.unwrap();
    assert_eq!(failed.error.unwrap().code, Code::RemoteUnavailable);
    for again in 1..=2 {
        let reopened = orchestrator.reopen("r1").await.unwrap();
        assert_eq!(
            (reopened.status, reopened.redrives),
            (RunStatus::Running, again)
        );
        assert_eq!((reopened.ended_at, reopened.error), (None, None));
        assert_eq!(stored(&project).await.status, RunStatus::Running);
        orchestrator.drive("r1").await.unwrap();
    }
    let done = stored(&project).await;
    assert_eq!((done.status, done.redrives), (RunStatus::Succeeded, 2));
    assert_eq!(
        (times(&project, "planner"), times(&project, "executor")),
        (1, 3)
    );
    assert_eq!(
        (times(&project, "EchoAgent"), times(&project, "FlakyAgent")),
        (2, 3)
    );
    let trace = done.output.unwrap()["trace"].clone();
    let steps: Vec<_> = trace
        .as_array()
        .unwrap()
        .iter()
        .map(|s| json!([s["id"], s["attempts"], s["error"]]))
        .collect();
    let plain = |name: &str, attempts: u32| json!([name, attempts, null]);
    assert_eq!(steps, [plain("one", 1), plain("two", 3), plain("three", 1)]);
    assert_eq!(redriven(&project).await, ["r1", "r1:flow", "r1", "r1:flow"]);
    // The side effects of an attempt are told apart from those of another.
    let called = project.bench.called();
    let tokens: std::collections::BTreeSet<_> =
        called.iter().map(|c| &c.scope.idempotency_token).collect();
    assert_eq!(tokens.len(), called.len());
}

#[tokio::test]
async fn a_redrive_cut_off_goes_on_and_is_one_redrive() {
    let project = project_of(&[
        ("one", "FlakyAgent"),
        ("two", "SlowAgent"),
        ("three", "BrokenAgent"),
    ])
    .await;
    let failures = project.bench.clone().after_failures(1);
    let orchestrator = project.orchestrator(&machine());
    assert_eq!(
        orchestrator.drive("r1").await.unwrap().status,
        RunStatus::Failed
    );
    orchestrator.reopen("r1").await.unwrap();
    let slow = async {
        while !failures.names().contains(&"SlowAgent".to_owned()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = orchestrator.drive("r1") => panic!("{ended:?}"),
        () = slow => {}
    }
    project.bench.open_gate();
    let failed = project.orchestrator(&machine()).drive("r1").await.unwrap();
    assert_eq!(failed.error.unwrap().code, Code::PermissionDenied);
    assert_eq!(redriven(&project).await, ["r1", "r1:flow"]);
    let counted = ["FlakyAgent", "SlowAgent", "BrokenAgent"].map(|n| times(&project, n));
    assert_eq!(
        counted,
        [2, 2, 1],
        "the one cut off is called again, the done one is not"
    );
    // It ended: driving it again shows that, and calls nobody.
    let calls = project.bench.called().len();
    orchestrator.drive("r1").await.unwrap();
    assert_eq!(project.bench.called().len(), calls);
}

#[tokio::test]
async fn a_cancelled_run_goes_on_and_is_not_cancelled_once_more() {
    let project = project_of(&[("one", "EchoAgent"), ("two", "SlowAgent")]).await;
    let orchestrator = project.orchestrator(&machine());
    let cancel = async {
        project.calls(4).await;
        orchestrator.cancel("r1", "not now").await.unwrap()
    };
    let (ended, cancelled) = futures::join!(orchestrator.drive("r1"), cancel);
    assert_eq!(ended.unwrap().status, RunStatus::Cancelled);
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    orchestrator.reopen("r1").await.unwrap();
    project.bench.open_gate();
    let done = orchestrator.drive("r1").await.unwrap();
    assert_eq!(done.status, RunStatus::Succeeded, "{done:?}");
    assert_eq!(
        (times(&project, "EchoAgent"), times(&project, "SlowAgent")),
        (1, 2)
    );
}

#[tokio::test]
async fn a_run_cancelled_before_anybody_drove_it_begins() {
    let project = project_of(&[("one", "EchoAgent")]).await;
    let orchestrator = project.orchestrator(&machine());
    orchestrator.cancel("r1", "never mind").await.unwrap();
    orchestrator.reopen("r1").await.unwrap();
    let done = orchestrator.drive("r1").await.unwrap();
    assert_eq!(done.status, RunStatus::Succeeded);
    assert!(
        redriven(&project).await.is_empty(),
        "there was nothing to redrive"
    );
}

#[tokio::test]
async fn what_is_under_way_or_has_a_result_is_refused() {
    let project = project_of(&[("one", "EchoAgent")]).await;
    let orchestrator = project.orchestrator(&machine());
    let refused = orchestrator.reopen("r1").await.unwrap_err();
    assert_eq!(refused.code, Code::Conflict);
    assert_eq!(
        refused.message,
        "run `r1` cannot be redriven: it is under way"
    );
    let done = orchestrator.drive("r1").await.unwrap();
    let refused = orchestrator.reopen("r1").await.unwrap_err();
    assert_eq!(
        refused.message,
        "run `r1` cannot be redriven: it has succeeded"
    );
    assert_eq!(stored(&project).await, done);
    let unknown = orchestrator.reopen("r2").await.unwrap_err();
    assert_eq!(unknown.code, Code::RunNotFound);
}

#[tokio::test]
async fn of_two_redrives_at_once_one_is_refused() {
    let project = project_of(&[("one", "BrokenAgent")]).await;
    let orchestrator = project.orchestrator(&machine());
    orchestrator.drive("r1").await.unwrap();
    let second = Home::open(project.dir.path(), Vec::new()).unwrap();
    let second = second
        .orchestrator(&machine().to_string(), project.bench.invokers())
        .unwrap();
    let (a, b) = futures::join!(orchestrator.reopen("r1"), second.reopen("r1"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(stored(&project).await.redrives, 1);
}

#[tokio::test]
async fn another_process_redrives_what_one_left() {
    let project = project_of(&[("one", "EchoAgent"), ("two", "FlakyAgent")]).await;
    let first = project.orchestrator(&machine());
    assert_eq!(first.drive("r1").await.unwrap().status, RunStatus::Failed);
    let second = Home::open(project.dir.path(), Vec::new()).unwrap();
    let steps = [step("one", "EchoAgent"), step("two", "FlakyAgent")];
    let steps: Vec<_> = steps.iter().map(|(n, s)| (n.as_str(), s.clone())).collect();
    let bench = Bench::of(&second)
        .with_workflow(&second, chain(&steps))
        .after_failures(2);
    let other = second
        .orchestrator(&machine().to_string(), bench.invokers())
        .unwrap();
    other.reopen("r1").await.unwrap();
    let done = other.drive("r1").await.unwrap();
    assert_eq!((done.status, done.redrives), (RunStatus::Succeeded, 1));
    assert_eq!(bench.names(), ["executor", "FlakyAgent"]);
    assert_eq!(redriven(&project).await, ["r1", "r1:flow"]);
    assert_eq!(
        first.drive("r1").await.unwrap(),
        done,
        "both see how it ended"
    );
}
