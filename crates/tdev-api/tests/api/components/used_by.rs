//! `GET /api/components/{name}/used-by`.

use serde_json::json;

use crate::fakes::{World, echo_flow};

#[tokio::test]
async fn components_and_workflows_that_refer_are_named() {
    let world = World::new().await;
    world
        .post("/api/workflows", echo_flow("echo-flow"))
        .send()
        .await
        .ok(201);
    let users = world
        .get("/api/components/EchoTool/used-by")
        .send()
        .await
        .ok(200);
    assert_eq!(
        users["items"],
        json!([
            {"type": "agent", "name": "SummarizerAgent", "version_id": "v1", "references": ["EchoTool"]},
            {"type": "workflow", "name": "echo-flow", "version_id": "v1",
                "references": ["EchoTool@v1"], "steps": ["echo"]},
        ])
    );
    let none = world
        .get("/api/components/UpperTool/used-by")
        .send()
        .await
        .ok(200);
    assert_eq!(none["items"], json!([]));
    let reply = world.get("/api/components/Nothing/used-by").send().await;
    reply.problem(404, "ComponentNotFound");
}
