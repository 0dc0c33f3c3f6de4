//! Questions to people: an answer reaches the task that waits, from whichever process, whenever.

use serde_json::{Value, json};
use tdev_core::Code;

use crate::bench::{Bench, approval, chain};
use crate::child;
use crate::contract::approvals::answer;
use crate::contract::run;
use crate::orchestrator::{Project, agent};

/// Asks, and says what was answered.
fn asking() -> Value {
    chain(&[
        ("ask", approval("ask")),
        (
            "end",
            json!({"Type": "Pass", "Output": {"status": "succeeded", "result": "{% $states.input %}"}}),
        ),
    ])
}

/// Asks inside the workflow that the executor runs.
fn asking_inside() -> Value {
    chain(&[
        ("execute", agent("Executor", &json!({"inputs": {}}))),
        (
            "end",
            json!({"Type": "Pass", "Output": {"status": "succeeded", "result": "{% $states.input.output %}"}}),
        ),
    ])
}

#[tokio::test]
async fn an_answer_reaches_the_task_that_waits_wherever_it_waits() {
    for machine in [asking(), asking_inside()] {
        let project = Project::with(run("r1")).await;
        let orchestrator = project.orchestrator(&machine);
        let person = async {
            project.asked().await;
            orchestrator
                .answer("r1-ask", answer(false, "ann"))
                .await
                .unwrap();
        };
        let (ended, ()) = futures::join!(orchestrator.drive("r1"), person);
        assert_eq!(
            ended.unwrap().output.unwrap()["result"],
            json!({"approved": false, "by": "ann", "comment": ""})
        );
        let twice = orchestrator
            .answer("r1-ask", answer(true, "bob"))
            .await
            .unwrap_err();
        assert_eq!(twice.code, Code::Conflict);
        let unknown = orchestrator
            .answer("r2-ask", answer(true, "bob"))
            .await
            .unwrap_err();
        assert_eq!(unknown.code, Code::ApprovalNotFound);
    }
}

#[tokio::test]
#[ignore = "the other process of `an_answer_given_in_another_process_arrives`"]
async fn answering_child() {
    let home = child::home();
    let bench = Bench::of(&home);
    let orchestrator = home
        .orchestrator(&asking().to_string(), bench.invokers())
        .unwrap();
    child::await_parent();
    orchestrator
        .answer("r1-ask", answer(true, "the other process"))
        .await
        .unwrap();
}

#[tokio::test]
async fn an_answer_given_in_another_process_arrives() {
    for machine in [asking(), asking_inside()] {
        let project = Project::with(run("r1")).await;
        let orchestrator = project.orchestrator(&machine);
        let mut other = child::start(child::command(
            "questions::answering_child",
            project.dir.path(),
        ));
        let person = async {
            project.asked().await;
            other.go();
        };
        let (ended, ()) = futures::join!(orchestrator.drive("r1"), person);
        assert_eq!(
            ended.unwrap().output.unwrap()["result"]["by"],
            "the other process"
        );
        other.passed();
        assert!(project.home.approvals().open().await.unwrap().is_empty());
    }
}

#[tokio::test]
#[ignore = "the process that is killed in `an_answer_given_while_nobody_drives_is_there_on_resuming`"]
async fn asking_child() {
    let home = child::home();
    let bench = Bench::of(&home).with_workflow(&home, chain(&[("ask", approval("ask"))]));
    let orchestrator = home
        .orchestrator(&asking_inside().to_string(), bench.invokers())
        .unwrap();
    let watch = async {
        while home.approvals().open().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        child::say("asked");
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = orchestrator.drive("r1") => panic!("{ended:?}"),
        () = watch => {}
    }
}

#[tokio::test]
async fn an_answer_given_while_nobody_drives_is_there_on_resuming() {
    let project = Project::with(run("r1")).await;
    let mut killed = child::start(child::command(
        "questions::asking_child",
        project.dir.path(),
    ));
    assert_eq!(killed.hear().as_deref(), Some("asked"));
    let orchestrator = project.orchestrator(&asking_inside());
    assert_eq!(
        orchestrator.drive("r1").await.unwrap_err().code,
        Code::Locked
    );
    killed.kill();
    orchestrator
        .answer("r1-ask", answer(true, "ann"))
        .await
        .unwrap();
    let ended = orchestrator.drive("r1").await.unwrap();
    assert_eq!(ended.output.unwrap()["result"]["by"], "ann");
    let events = project.home.events().after("r1", 0, 1000).await.unwrap();
    for execution in ["r1", "r1:flow"] {
        let ids: Vec<_> = events
            .iter()
            .filter(|e| e.execution == execution)
            .map(|e| e.event_id)
            .collect();
        assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
    }
}
