//! `GET` and `PATCH /api/components/{name}`, and its versions.

use serde_json::json;

use crate::fakes::World;

#[tokio::test]
async fn a_component_is_read_by_name_or_version() {
    let world = World::new().await;
    for path in ["EchoTool", "EchoTool@v1"] {
        let body = world
            .get(&format!("/api/components/{path}"))
            .send()
            .await
            .ok(200);
        assert_eq!(body["input_schema"], json!({"text": "string"}));
    }
    let reply = world.get("/api/components/EchoTol").send().await;
    let body = reply.problem(404, "ComponentNotFound");
    assert_eq!(body["hint"], "did you mean `EchoTool`?");
    world
        .get("/api/components/EchoTool@v2")
        .send()
        .await
        .problem(404, "ComponentNotFound");
    world
        .get("/api/components/EchoTool@2")
        .send()
        .await
        .problem(400, "InvalidInput");
    world
        .get("/api/components/%FF")
        .send()
        .await
        .problem(400, "InvalidInput");
    let versions = world
        .get("/api/components/EchoTool/versions")
        .send()
        .await
        .ok(200);
    assert_eq!(versions["items"][0]["version_id"], "v1");
    let reply = world.get("/api/components/Nothing/versions").send().await;
    reply.problem(404, "ComponentNotFound");
}

#[tokio::test]
async fn status_changes_go_the_way_of_life() {
    let world = World::new().await;
    let patch = |status: &str| {
        let call = world.call("PATCH", "/api/components/EchoTool");
        call.json(&json!({"status": status}))
    };
    assert_eq!(
        patch("deprecated").send().await.ok(200)["status"],
        "deprecated"
    );
    assert_eq!(
        patch("deprecated").send().await.ok(200)["status"],
        "deprecated"
    );
    patch("experimental").send().await.problem(409, "Conflict");
    assert_eq!(patch("retired").send().await.ok(200)["status"], "retired");
    patch("stable").send().await.problem(409, "Conflict");
    patch("gone").send().await.problem(400, "InvalidInput");
    let more = world.call("PATCH", "/api/components/EchoTool");
    let more = more.json(&json!({"status": "stable", "permissions": ["net.http"]}));
    more.send().await.problem(400, "InvalidInput");
    let unknown = world
        .call("PATCH", "/api/components/Nothing")
        .json(&json!({"status": "stable"}));
    unknown.send().await.problem(404, "ComponentNotFound");
}
