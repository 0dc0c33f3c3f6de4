//! Runs from acceptance to end: statuses, one driver at a time, cancelling.

use serde_json::{Value, json};
use tdev_core::ports::Orchestrator;
use tdev_core::run::{Run, RunKind, RunStatus};
use tdev_core::{Code, Error};
use tdev_local::Home;
use tempfile::TempDir;

use crate::bench::{Bench, approval, chain, task};
use crate::contract::run;

pub(crate) struct Project {
    pub(crate) dir: TempDir,
    pub(crate) home: Home,
    pub(crate) bench: Bench,
}

impl Project {
    pub(crate) async fn with(run: Run) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open(dir.path(), Vec::new()).unwrap();
        let bench = Bench::of(&home).with_workflow(&home, chain(&[("ask", approval("ask"))]));
        home.runs().create(run, None).await.unwrap();
        Self { dir, home, bench }
    }

    pub(crate) fn orchestrator(&self, machine: &Value) -> std::sync::Arc<dyn Orchestrator> {
        self.home
            .orchestrator(&machine.to_string(), self.bench.invokers())
            .unwrap()
    }

    /// Waits until a component or agent has been called that often.
    pub(crate) async fn calls(&self, count: usize) {
        while self.bench.called().len() < count {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until a question is open.
    pub(crate) async fn asked(&self) {
        while self.home.approvals().open().await.unwrap().is_empty() {
            let run = self.home.runs().get("r1").await.unwrap();
            assert!(!run.status.ended(), "ended without asking: {run:?}");
            tokio::task::yield_now().await;
        }
    }
}

fn ends_with(output: &Value) -> Value {
    chain(&[("end", json!({"Type": "Pass", "Output": output}))])
}

pub(crate) fn agent(name: &str, arguments: &Value) -> Value {
    json!({"Type": "Task", "Resource": format!("${{{name}FunctionArn}}"), "Arguments": arguments})
}

#[tokio::test]
async fn the_machine_gets_the_request_and_its_output_is_the_runs() {
    let project = Project::with(run("r1")).await;
    let machine = chain(&[
        (
            "plan",
            agent(
                "Planner",
                &json!({"goal": "{% $states.input.request.goal %}", "threshold": "{% $states.input.request.threshold %}"}),
            ),
        ),
        (
            "end",
            json!({"Type": "Pass", "Output": {"status": "succeeded", "result": "{% $states.input.workflow %}",
            "of": "{% $states.context.Execution.Input.project & '/' & $states.context.Execution.Name %}"}}),
        ),
    ]);
    let ended = project.orchestrator(&machine).drive("r1").await.unwrap();
    assert_eq!(
        (ended.status, ended.error.clone()),
        (RunStatus::Succeeded, None)
    );
    assert_eq!(
        ended.output,
        Some(json!({"status": "succeeded", "result": "do it", "of": "demo/r1"}))
    );
    assert!(ended.ended_at.is_some());
    let called = project.bench.called();
    assert_eq!(called[0].input, json!({"goal": "do it", "threshold": 85.0}));
    assert_eq!(
        (
            called[0].scope.project.as_str(),
            called[0].scope.run_id.as_str()
        ),
        ("demo", "r1")
    );
    let events = project.home.events().after("r1", 0, 100).await.unwrap();
    assert_eq!(events.first().unwrap().kind, "ExecutionStarted");
    assert_eq!(events.last().unwrap().kind, "ExecutionSucceeded");
    assert!(events.is_sorted_by_key(|e| e.seq));
}

#[tokio::test]
async fn a_run_under_the_threshold_needs_review() {
    let project = Project::with(run("r1")).await;
    let ended = project
        .orchestrator(&ends_with(&json!({"status": "needs_review", "plan": {}})))
        .drive("r1")
        .await
        .unwrap();
    assert_eq!(
        (ended.status, ended.output.unwrap()["plan"].clone()),
        (RunStatus::NeedsReview, json!({}))
    );
}

#[tokio::test]
async fn a_failure_keeps_its_code_and_hint() {
    let project = Project::with(run("r1")).await;
    let ended = project
        .orchestrator(&chain(&[("judge", agent("Critic", &json!({})))]))
        .drive("r1")
        .await
        .unwrap();
    assert_eq!(ended.status, RunStatus::Failed);
    assert_eq!(
        ended.error,
        Some(Error::new(Code::CapabilityMissing, "nothing reads minds").hint("add a component"))
    );
}

#[tokio::test]
async fn a_stored_workflow_is_run_by_the_executor() {
    let mut of_workflow = run("r1");
    of_workflow.kind = RunKind::Workflow;
    of_workflow.request.workflow = Some("greet@v1".to_owned());
    of_workflow
        .request
        .inputs
        .insert("name".to_owned(), json!("Ann"));
    let dir = tempfile::tempdir().unwrap();
    let home = Home::open(dir.path(), Vec::new()).unwrap();
    home.runs().create(of_workflow, None).await.unwrap();
    let bench = Bench::of(&home);
    let orchestrator = home
        .orchestrator(&ends_with(&json!({})).to_string(), bench.invokers())
        .unwrap();
    let ended = orchestrator.drive("r1").await.unwrap();
    let given = json!({"workflow": "greet@v1", "inputs": {"name": "Ann"}});
    assert_eq!(
        ended.output,
        Some(json!({"status": "succeeded", "result": given, "trace": []}))
    );
}

#[tokio::test]
async fn a_malformed_orchestration_is_refused_at_once() {
    let project = Project::with(run("r1")).await;
    for text in [
        "{",
        "{}",
        r#"{"StartAt": "a", "States": {"b": {"Type": "Succeed"}}}"#,
    ] {
        let refused = project.home.orchestrator(text, project.bench.invokers());
        assert_eq!(
            refused.err().map(|e| e.code),
            Some(Code::InvalidStateMachine),
            "{text}"
        );
    }
}

/// Ends when the gate opens.
fn slow() -> Value {
    chain(&[
        ("wait", task("wait", "SlowAgent", &json!({}))),
        (
            "end",
            json!({"Type": "Pass", "Output": {"status": "succeeded"}}),
        ),
    ])
}

#[tokio::test]
async fn one_process_drives_a_run_and_an_ended_run_is_only_shown() {
    let project = Project::with(run("r1")).await;
    let orchestrator = project.orchestrator(&slow());
    let second = Home::open(project.dir.path(), Vec::new()).unwrap();
    let second = second
        .orchestrator(&slow().to_string(), project.bench.invokers())
        .unwrap();
    let rival = async {
        project.calls(1).await;
        for rival in [&orchestrator, &second] {
            let error = rival.drive("r1").await.unwrap_err();
            assert_eq!(error.code, Code::Locked);
            assert!(error.message.contains("r1"));
        }
        project.bench.open_gate();
    };
    let (ended, ()) = futures::join!(orchestrator.drive("r1"), rival);
    let again = second.drive("r1").await.unwrap();
    assert_eq!(again, ended.unwrap());
    assert_eq!(project.bench.called().len(), 1);
    assert_eq!(
        orchestrator.drive("r2").await.unwrap_err().code,
        Code::RunNotFound
    );
    assert_eq!(
        second.cancel("r1", "late").await.unwrap_err().code,
        Code::Conflict
    );
}

#[tokio::test]
async fn a_run_is_cancelled_by_the_process_that_drives_it_or_any_other() {
    for elsewhere in [false, true] {
        let project = Project::with(run("r1")).await;
        let driving = project.orchestrator(&slow());
        let other = Home::open(project.dir.path(), Vec::new()).unwrap();
        let cancelling = if elsewhere {
            other
                .orchestrator(&slow().to_string(), project.bench.invokers())
                .unwrap()
        } else {
            std::sync::Arc::clone(&driving)
        };
        let cancel = async {
            project.calls(1).await;
            cancelling
                .cancel("r1", "not needed any more")
                .await
                .unwrap()
        };
        let (ended, cancelled) = futures::join!(driving.drive("r1"), cancel);
        assert_eq!(ended.unwrap(), cancelled);
        assert_eq!(cancelled.status, RunStatus::Cancelled);
        assert_eq!(
            cancelled.error,
            Some(Error::new(Code::Cancelled, "not needed any more"))
        );
    }
}

#[tokio::test]
async fn a_run_nobody_drives_is_cancelled_where_it_stands() {
    let project = Project::with(run("r1")).await;
    let orchestrator = project.orchestrator(&slow());
    let cancelled = orchestrator.cancel("r1", "never mind").await.unwrap();
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    assert_eq!(orchestrator.drive("r1").await.unwrap(), cancelled);
    assert!(project.bench.called().is_empty());
}

#[tokio::test]
async fn a_run_ends_by_the_orchestration_it_began_with() {
    let project = Project::with(run("r1")).await;
    let killed = project.orchestrator(&slow());
    tokio::select! {
        ended = killed.drive("r1") => panic!("{ended:?}"),
        () = project.calls(1) => {}
    }
    project.bench.open_gate();
    let updated = project.orchestrator(&ends_with(&json!({"status": "needs_review"})));
    let ended = updated.drive("r1").await.unwrap();
    assert_eq!(ended.status, RunStatus::Succeeded);
}
