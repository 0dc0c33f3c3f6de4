//! `POST /api/evaluate`.

use serde_json::json;

use crate::fakes::{World, echo_flow};

#[tokio::test]
async fn the_evaluator_is_asked_about_a_workflow_that_can_be_read() {
    let world = World::new().await;
    let plan = json!({"workflow": echo_flow("f"), "goal": "echo", "confidence": 0.5});
    let reply = world
        .post("/api/evaluate", plan.clone())
        .send()
        .await
        .ok(200);
    assert_eq!(reply["agent"], "evaluator");
    assert_eq!(reply["input"], plan);
    world
        .post("/api/evaluate", json!({"code": "def run(): ..."}))
        .send()
        .await
        .ok(200);
    world
        .post("/api/evaluate", json!({}))
        .send()
        .await
        .problem(400, "InvalidInput");
    let wrong =
        json!({"workflow": {"steps": [{"id": "a", "agent": "X", "approval": {"message": "?"}}]}});
    let body = world
        .post("/api/evaluate", wrong)
        .send()
        .await
        .problem(422, "InvalidWorkflow");
    assert_eq!(body["field"], "workflow.steps.a");
}
