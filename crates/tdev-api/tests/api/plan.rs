//! `POST /api/plan`.

use serde_json::json;

use crate::fakes::World;

#[tokio::test]
async fn the_planner_is_asked_with_the_whole_request() {
    let world = World::new().await;
    let asked = json!({"goal": "translate", "inputs": {"text": "hi"}});
    let reply = world.post("/api/plan", asked).send().await.ok(200);
    assert_eq!(reply["agent"], "planner");
    assert_eq!(reply["input"]["inputs"]["text"], "hi");
    world
        .post("/api/plan", json!({"goal": ""}))
        .send()
        .await
        .problem(400, "InvalidInput");
    let wrong = json!({"goal": "x", "suggestions": [{"criterion": 1}]});
    let body = world
        .post("/api/plan", wrong)
        .send()
        .await
        .problem(400, "InvalidInput");
    assert_eq!(body["field"], "suggestions[0].criterion");
}
