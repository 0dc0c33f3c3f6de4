//! `GET` and `POST /api/tests`.

use serde_json::json;

use crate::fakes::World;

#[tokio::test]
async fn history_is_read_newest_first_and_by_component() {
    let world = World::new().await;
    for (id, component) in [
        ("01", "EchoTool@v1"),
        ("02", "UpperTool@v1"),
        ("03", "EchoTool@v1"),
    ] {
        let record = json!({"id": id, "component": component, "started_at": "2026-01-02T12:00:00Z",
            "duration_ms": 1.5, "passed": 1, "failed": 0, "cases": []});
        world
            .store
            .test_runs
            .lock()
            .unwrap()
            .push(serde_json::from_value(record).unwrap());
    }
    let ids = async |path: &str| -> Vec<String> {
        let page = world.get(path).send().await.ok(200);
        let items = page["items"].as_array().unwrap().clone();
        items
            .iter()
            .map(|record| record["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("/api/tests").await, ["03", "02", "01"]);
    assert_eq!(ids("/api/tests?component=EchoTool").await, ["03", "01"]);
    assert_eq!(
        ids("/api/tests?component=EchoTool@v1&limit=1").await,
        ["03"]
    );
    world
        .get("/api/tests?component=Nothing")
        .send()
        .await
        .problem(404, "ComponentNotFound");
    world
        .get("/api/tests?component=X@9")
        .send()
        .await
        .problem(400, "InvalidInput");
}

#[tokio::test]
async fn the_tester_is_asked_for_one_or_for_all() {
    let world = World::new().await;
    let one = world
        .post("/api/tests", json!({"component": "EchoTool"}))
        .send()
        .await
        .ok(200);
    assert_eq!(one["items"][0]["input"]["component"], "EchoTool@v1");
    let all = world
        .post("/api/tests", json!({"component": "all"}))
        .send()
        .await
        .ok(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
    let none = world
        .post("/api/tests", json!({"component": "Nothing"}))
        .send()
        .await;
    none.problem(404, "ComponentNotFound");
    world
        .post("/api/tests", json!({}))
        .send()
        .await
        .problem(400, "InvalidInput");
}
