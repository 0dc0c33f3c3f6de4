//! `/api/workflows`, one workflow, and its execution.

use serde_json::{Value, json};
use tdev_core::run::RunKind;

use crate::fakes::{World, echo_flow};

#[tokio::test]
async fn a_workflow_is_stored_pinned_and_its_change_is_a_version() {
    let world = World::new().await;
    let created = world
        .post("/api/workflows", echo_flow("echo-flow"))
        .send()
        .await;
    assert_eq!(created.ok(201)["steps"][0]["agent"], "EchoTool@v1");
    assert_eq!(created.header("location"), "/api/workflows/echo-flow");
    world
        .post("/api/workflows", echo_flow("echo-flow"))
        .send()
        .await
        .ok(200);
    let mut changed = echo_flow("echo-flow");
    changed["description"] = "Again".into();
    let taken = world.post("/api/workflows", changed.clone()).send().await;
    taken.problem(409, "AlreadyExists");
    let put = async |path: &str, body: &Value| world.call("PUT", path).json(body).send().await;
    let next = put("/api/workflows/echo-flow", &changed).await;
    assert_eq!(next.ok(200)["version_id"], "v2");
    assert_eq!(
        put("/api/workflows/echo-flow", &changed).await.ok(200)["version_id"],
        "v2"
    );
    let mut nameless = changed.clone();
    nameless.as_object_mut().unwrap().remove("id");
    assert_eq!(
        put("/api/workflows/new-flow", &nameless).await.ok(201)["id"],
        "new-flow"
    );
    put("/api/workflows/other", &changed)
        .await
        .problem(400, "InvalidInput");
    put("/api/workflows/echo-flow@v1", &changed)
        .await
        .problem(400, "InvalidInput");

    let first = world
        .get("/api/workflows/echo-flow@v1")
        .send()
        .await
        .ok(200);
    assert_eq!(first["description"], "");
    let newest = world.get("/api/workflows/echo-flow").send().await.ok(200);
    assert_eq!(newest["version_id"], "v2");
    world
        .get("/api/workflows/echo-flo")
        .send()
        .await
        .problem(404, "WorkflowNotFound");
    let list = world.get("/api/workflows?limit=1").send().await.ok(200);
    assert_eq!(list["items"][0]["id"], "echo-flow");
    assert!(list["next_cursor"].is_string());
}

#[tokio::test]
async fn every_fault_of_a_workflow_is_named() {
    let world = World::new().await;
    let bad = json!({"id": "bad", "steps": [
        {"id": "a", "agent": "EchoTol", "input": {"text": "x"}},
        {"id": "b", "agent": "EchoTool", "input": {"text": "${c.text}"}}]});
    let body = world.post("/api/workflows", bad).send().await;
    let body = body.problem(422, "InvalidWorkflow");
    assert_eq!(body["details"].as_array().unwrap().len(), 2, "{body}");
    for id in ["", "Echo Flow", "-x", "x-", "../x"] {
        let reply = world.post("/api/workflows", echo_flow(id)).send().await;
        assert_eq!(reply.problem(422, "InvalidWorkflow")["field"], "id");
    }
}

#[tokio::test]
async fn nested_workflows_are_found_by_their_pinned_version() {
    let world = World::new().await;
    world
        .post("/api/workflows", echo_flow("inner"))
        .send()
        .await
        .ok(201);
    let mut changed = echo_flow("inner");
    changed["description"] = "Again".into();
    world
        .call("PUT", "/api/workflows/inner")
        .json(&changed)
        .send()
        .await
        .ok(200);
    let outer = json!({"id": "outer", "input_schema": {"text": "string"}, "steps": [
        {"id": "in", "workflow": "inner@v1", "input": {"text": "${input.text}"}}]});
    let stored = world.post("/api/workflows", outer).send().await.ok(201);
    assert_eq!(stored["steps"][0]["workflow"], "inner@v1");
}

#[tokio::test]
async fn a_stored_workflow_is_executed_as_a_run_of_its_version() {
    let world = World::new().await;
    world
        .post("/api/workflows", echo_flow("echo-flow"))
        .send()
        .await
        .ok(201);
    let path = "/api/workflows/echo-flow/execute";
    let key = |body: Value| world.post(path, body).header("idempotency-key", "k");
    let body = key(json!({"text": "hi"})).send().await.ok(200);
    assert_eq!(body["result"], "hello");
    let again = key(json!({"text": "hi"})).send().await.ok(200);
    assert_eq!(again["run_id"], body["run_id"]);
    key(json!({"text": "ho"}))
        .send()
        .await
        .problem(422, "IdempotencyKeyReused");
    let runs = world.store.runs();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0].kind, RunKind::Workflow);
    assert_eq!(runs[0].request.workflow.as_deref(), Some("echo-flow@v1"));
    assert_eq!(runs[0].request.inputs["text"], "hi");
    let none = world
        .post("/api/workflows/nothing/execute", json!({}))
        .send()
        .await;
    none.problem(404, "WorkflowNotFound");
    world
        .post(path, json!([1]))
        .send()
        .await
        .problem(400, "InvalidInput");
    world.call("POST", path).send().await.ok(200);
}
