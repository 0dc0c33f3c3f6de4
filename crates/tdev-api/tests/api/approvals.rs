//! `GET /api/approvals` and `POST /api/approvals/{id}`.

use serde_json::json;
use tdev_core::run::{Approval, RunStatus};

use crate::fakes::{World, noon};

fn asks(world: &World, id: &str, run_id: &str) {
    let approval = Approval {
        id: id.into(),
        run_id: run_id.into(),
        step: "send".into(),
        message: "Send it?".into(),
        subject: json!({"to": "a@example", "task_token": "t0ken"}),
        task_token: "t0ken".into(),
        created_at: noon(),
        expires_at: None,
        answer: None,
    };
    world.store.approvals.lock().unwrap().push(approval);
}

#[tokio::test]
async fn a_person_reads_and_answers_and_never_sees_a_task_token() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    world.has_run("r1", "demo", RunStatus::Running);
    asks(&world, "a1", "r1");
    let list = world.get("/api/approvals").send().await;
    assert_eq!(list.ok(200)["items"][0]["message"], "Send it?");
    assert!(!list.text.contains("t0ken"), "{}", list.text);

    let yes = json!({"approved": true, "comment": "fine"});
    let answered = world.post("/api/approvals/a1", yes.clone()).send().await;
    let body = answered.ok(200);
    assert_eq!(body["answer"]["by"], "local");
    assert_eq!(body["answer"]["comment"], "fine");
    assert!(!answered.text.contains("t0ken"));
    // The run goes on even where nobody drove it any more.
    assert_eq!(drives.recv().await.unwrap().run_id, "r1");

    let again = world.post("/api/approvals/a1", yes).send().await;
    assert_eq!(again.problem(409, "Conflict")["run_id"], "r1");
    let list = world.get("/api/approvals").send().await.ok(200);
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn answers_that_are_none_are_refused() {
    let world = World::new().await;
    world.has_run("r1", "demo", RunStatus::Running);
    asks(&world, "a1", "r1");
    for body in [
        json!({}),
        json!({"approved": "yes"}),
        json!({"approved": true, "by": "the boss"}),
    ] {
        world
            .post("/api/approvals/a1", body)
            .send()
            .await
            .problem(400, "InvalidInput");
    }
    let unknown = world
        .post("/api/approvals/a2", json!({"approved": true}))
        .send()
        .await;
    unknown.problem(404, "ApprovalNotFound");
}

#[tokio::test]
async fn another_projects_question_is_not_found() {
    let world = World::new().await;
    world.has_run("r2", "other", RunStatus::Running);
    asks(&world, "a2", "r2");
    assert_eq!(
        world.get("/api/approvals").send().await.ok(200)["items"],
        json!([])
    );
    let reply = world
        .post("/api/approvals/a2", json!({"approved": true}))
        .send()
        .await;
    let body = reply.problem(404, "ApprovalNotFound");
    assert_eq!(body["detail"], "no approval `a2`");
    assert!(world.store.approvals.lock().unwrap()[0].answer.is_none());
}
