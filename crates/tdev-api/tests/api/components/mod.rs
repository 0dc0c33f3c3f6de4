//! `POST /api/components`.

mod invoke;
mod name;
mod review;
mod used_by;

use serde_json::{Value, json};

use crate::fakes::World;

fn record() -> Value {
    json!({"name": "CountTool", "type": "tool", "reusability": "A",
        "class_path": "tools.count.CountTool", "path": "tools/count.py",
        "input_schema": {"text": "string"}, "output_schema": {"count": "integer"}})
}

#[tokio::test]
async fn a_record_is_stored_once_and_a_change_is_the_next_version() {
    let world = World::new().await;
    let first = world.post("/api/components", record()).send().await;
    assert_eq!(first.ok(201)["version_id"], "v1");
    assert_eq!(first.header("location"), "/api/components/CountTool");
    let same = world.post("/api/components", record()).send().await;
    assert_eq!(same.ok(200)["version_id"], "v1");
    let mut changed = record();
    changed["description"] = "Counts".into();
    let next = world.post("/api/components", changed).send().await;
    assert_eq!(next.ok(201)["version_id"], "v2");
}

#[tokio::test]
async fn a_record_claims_nothing_it_has_not() {
    let world = World::new().await;
    for (field, value) in [
        ("runtime", json!("builtin")),
        ("path", json!("../../etc/passwd")),
        ("path", json!("/etc/passwd")),
        ("path", json!("C:\\x.py")),
        ("code_hash", json!("feed")),
        ("permissions", json!(["root"])),
        ("brain_count", json!(2)),
        ("name", json!("../x")),
    ] {
        let mut bad = record();
        bad[field] = value;
        let reply = world.post("/api/components", bad).send().await;
        assert_eq!(reply.problem(422, "InvalidComponent")["field"], field);
    }
    let reply = world
        .post("/api/components", json!({"name": "X"}))
        .send()
        .await;
    reply.problem(400, "InvalidInput");
    world
        .post("/api/components", json!("X"))
        .send()
        .await
        .problem(400, "InvalidInput");
}

#[tokio::test]
async fn source_is_classified_then_registered() {
    let world = World::new().await;
    world
        .agents
        .answer("classifier", Ok(json!({"name": "CountTool"})));
    world.agents.answer("registrar", Ok(record()));
    let source = json!({"code": "def run(): ...", "path": "tools/count.py"});
    let reply = world.post("/api/components", source).send().await;
    assert_eq!(reply.ok(201)["name"], "CountTool");
    let asked = world.agents.asked.lock().unwrap().clone();
    assert_eq!(asked[0].0, "classifier");
    assert_eq!(
        asked[0].1,
        json!({"code": "def run(): ...", "path": "tools/count.py"})
    );
    assert_eq!(asked[1].0, "registrar");
    assert_eq!(asked[1].1["classification"], json!({"name": "CountTool"}));
    let echo = world.get("/api/components/EchoTool").send().await.json();
    world
        .agents
        .answer("classifier", Ok(json!({"name": "EchoTool"})));
    world.agents.answer("registrar", Ok(echo));
    let again = json!({"code": "def run(): ...", "status": "stable"});
    world.post("/api/components", again).send().await.ok(200);
    let outside = json!({"code": "x", "path": "../x.py"});
    world
        .post("/api/components", outside)
        .send()
        .await
        .problem(422, "InvalidComponent");
    world
        .post("/api/components", json!({"code": 1}))
        .send()
        .await
        .problem(400, "InvalidInput");
}
