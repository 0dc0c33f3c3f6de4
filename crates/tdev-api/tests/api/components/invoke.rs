//! `POST /api/components/{name}/invoke`.

use serde_json::json;

use crate::fakes::World;

#[tokio::test]
async fn one_component_is_tried() {
    let world = World::new().await;
    let body = world.post("/api/components/EchoTool/invoke", json!({"text": "hi"}));
    let body = body.send().await.ok(200);
    assert_eq!(
        body,
        json!({"component": "EchoTool@v1", "output": {"text": "hi"}, "duration_ms": 0})
    );
    let empty = world
        .call("POST", "/api/components/EchoTool/invoke")
        .send()
        .await
        .ok(200);
    assert_eq!(empty["output"], json!({}));
    let none = world
        .post("/api/components/Nothing/invoke", json!({}))
        .send()
        .await;
    none.problem(404, "ComponentNotFound");
}

#[tokio::test]
async fn a_disabled_component_does_not_run() {
    let world = World::new().await;
    let off = world
        .call("PATCH", "/api/components/EchoTool")
        .json(&json!({"status": "disabled"}));
    off.send().await.ok(200);
    let reply = world
        .post("/api/components/EchoTool/invoke", json!({}))
        .send()
        .await;
    reply.problem(409, "ComponentDisabled");
    assert_eq!(
        world
            .components
            .calls
            .load(std::sync::atomic::Ordering::SeqCst),
        0
    );
}
