//! `POST /api/deploy`.

use serde_json::json;
use tdev_core::run::{RunKind, RunStatus};
use tdev_core::{Code, Error};

use crate::fakes::World;

#[tokio::test]
async fn a_deployment_is_accepted_as_a_run_that_somebody_began() {
    let world = World::new().await;
    let mut drives = world.script.by_hand();
    let body = json!({"workflow_id": "policy-match-flow", "service_id": "policy-matcher",
        "target": "local", "strategy": "blue-green"});
    let reply = world.post("/api/deploy", body).send().await;
    let accepted = reply.ok(202);
    assert_eq!(accepted["status"], "deploying");
    assert_eq!(accepted["service_id"], "policy-matcher");
    let id = accepted["deployment_id"].as_str().unwrap().to_owned();
    assert_eq!(reply.headers["location"], format!("/api/runs/{id}"));
    assert_eq!(drives.recv().await.unwrap().run_id, id);

    let run = world.get(&format!("/api/runs/{id}")).send().await.ok(200);
    assert_eq!(run["kind"], json!(RunKind::Deploy));
    assert_eq!(run["status"], json!(RunStatus::Running));
    let by = &run["request"]["deploy"]["by"];
    assert_eq!(*by, json!({"who": "local", "from": "api"}));
    let asked = world.agents.asked.lock().unwrap();
    assert_eq!(asked[0].0, "deployer");
    assert_eq!(asked[0].1["stage"], "plan");
}

#[tokio::test]
async fn what_cannot_be_deployed_is_refused_and_no_run_is_begun() {
    let world = World::new().await;
    for (body, field) in [
        (json!({"workflow_id": "w"}), "service_id"),
        (json!({"service_id": "My Service"}), "service_id"),
        (json!({"service_id": "s", "target": "moon"}), "target"),
        (json!({"service_id": "s", "strategy": "slowly"}), "strategy"),
        (json!({"service_id": "s", "percent": 100}), "percent"),
        (
            json!({"service_id": "s", "by": {"who": "root", "from": "cli"}}),
            "by",
        ),
        (json!({"service_id": "s", "hold": true}), "hold"),
    ] {
        let refused = world.post("/api/deploy", body.clone()).send().await;
        let problem = refused.problem(400, "InvalidInput");
        let named = problem["field"].as_str().unwrap_or_default();
        let said = problem["detail"].as_str().unwrap_or_default();
        assert!(named == field || said.contains(field), "{body}: {problem}");
    }
    let missing = Error::new(Code::WorkflowNotFound, "no workflow `w`").field("workflow_id");
    world.agents.answer("deployer", Err(missing));
    let body = json!({"workflow_id": "w", "service_id": "s"});
    let refused = world.post("/api/deploy", body).send().await;
    refused.problem(404, "WorkflowNotFound");
    let runs = world.get("/api/runs").send().await.ok(200);
    assert_eq!(runs["items"], json!([]));
}

#[tokio::test]
async fn the_same_key_is_the_same_deployment() {
    let world = World::new().await;
    let _drives = world.script.by_hand();
    let ask = |strategy: &str| {
        let body = json!({"service_id": "s", "workflow_id": "w", "strategy": strategy});
        world
            .post("/api/deploy", body)
            .header("idempotency-key", "k1")
    };
    let first = ask("canary").send().await.ok(202);
    let second = ask("canary").send().await.ok(202);
    assert_eq!(first["deployment_id"], second["deployment_id"]);
    ask("blue-green")
        .send()
        .await
        .problem(422, "IdempotencyKeyReused");
}
