//! `GET /api/agents`, `/api/tools` and `/api/teams`.

use serde_json::{Value, json};

use crate::fakes::World;

fn names(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn each_kind_has_its_list_and_words_narrow_it() {
    let world = World::new().await;
    assert_eq!(
        names(&world.get("/api/agents").send().await.ok(200)),
        ["SummarizerAgent"]
    );
    let tools = world.get("/api/tools").send().await.ok(200);
    assert_eq!(names(&tools), ["EchoTool", "UpperTool"]);
    assert_eq!(tools["next_cursor"], Value::Null);
    let none = world.get("/api/teams").send().await.ok(200);
    assert_eq!(none, json!({"items": [], "next_cursor": null}));
    assert_eq!(
        names(&world.get("/api/tools?q=louder").send().await.ok(200)),
        ["UpperTool"]
    );
    assert_eq!(
        names(&world.get("/api/tools?q=").send().await.ok(200)).len(),
        2
    );
}

#[tokio::test]
async fn pages_follow_each_other_and_a_foreign_cursor_is_refused() {
    let world = World::new().await;
    let first = world.get("/api/tools?limit=1").send().await.ok(200);
    assert_eq!(names(&first), ["EchoTool"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = world
        .get(&format!("/api/tools?limit=1&cursor={cursor}"))
        .send()
        .await
        .ok(200);
    assert_eq!(names(&second), ["UpperTool"]);
    assert_eq!(second["next_cursor"], Value::Null);
    for query in [
        "cursor=%21",
        "limit=0",
        "limit=1001",
        "limit=many",
        "limit=-1",
    ] {
        let reply = world.get(&format!("/api/tools?{query}")).send().await;
        reply.problem(400, "InvalidInput");
    }
}
