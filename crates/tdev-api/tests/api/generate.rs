//! `POST /api/generate`.

use serde_json::json;
use tdev_core::run::RunKind;

use crate::fakes::World;

#[tokio::test]
async fn a_specification_becomes_a_run() {
    let world = World::new().await;
    let spec = json!({"goal": "count words", "input": "text", "output": {"count": "integer"}});
    let body = world.post("/api/generate", spec).send().await.ok(200);
    assert_eq!(body["result"], "hello");
    let run = world.store.runs().remove(0);
    assert_eq!(
        (run.kind, run.id.as_str()),
        (RunKind::Orchestrate, body["run_id"].as_str().unwrap())
    );
    assert_eq!(run.request.spec.unwrap().goal, "count words");
    world
        .post("/api/generate", json!({"goal": " "}))
        .send()
        .await
        .problem(400, "InvalidInput");
    let misspelt = json!({"goal": "x", "output": {"count": "strin"}});
    world
        .post("/api/generate", misspelt)
        .send()
        .await
        .problem(422, "InvalidSchema");
}
