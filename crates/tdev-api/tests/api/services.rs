//! `GET /api/services` and everything under it.

use serde_json::{Value, json};
use tdev_core::{Code, Error};

use crate::fakes::World;

fn record(id: &str, project: &str, traffic: &Value) -> Value {
    let version = |n: u32| {
        json!({"version_id": format!("v{n}"), "definition": format!("{n}").repeat(64),
            "workflow_id": format!("flow@v{n}"), "agents": ["EchoTool"], "state": "active",
            "deployment_id": "r1", "strategy": "canary", "created_at": "2026-01-02T10:00:00Z",
            "by": {"who": "ada", "from": "cli"}})
    };
    json!({"service_id": id, "project": project, "revision": 3, "status": "active",
        "target": "local", "workflow_id": "flow@v1", "agents": ["EchoTool"], "traffic": traffic,
        "versions": [version(1), version(2)], "newest": 2, "created_at": "2026-01-02T10:00:00Z",
        "updated_at": "2026-01-02T11:00:00Z"})
}

async fn world() -> World {
    let world = World::new().await;
    let traffic = json!([{"version_id": "v1", "percent": 100}]);
    world.hall.has(record("matcher", "demo", &traffic));
    world.hall.has(record("secret", "other", &traffic));
    world
}

#[tokio::test]
async fn a_service_answers_with_output_trace_and_the_version_that_did() {
    let world = world().await;
    let call = world.post("/api/services/matcher/invoke", json!({"text": "hi"}));
    let answer = call.send().await.ok(200);
    assert_eq!(answer["output"], json!({"by": "v1", "got": {"text": "hi"}}));
    assert_eq!(answer["trace"], json!([]));
    assert_eq!(answer["service_id"], "matcher");
    assert_eq!(answer["version_id"], "v1");
    let tried = world.post("/api/services/matcher/invoke?version=v2", json!({}));
    assert_eq!(tried.send().await.ok(200)["version_id"], "v2");
    let missing = world.post("/api/services/matcher/invoke?version=v7", json!({}));
    missing.send().await.problem(404, "ServiceNotFound");
}

#[tokio::test]
async fn versions_answer_by_their_shares() {
    let world = World::new().await;
    let split = json!([{"version_id": "v1", "percent": 50}, {"version_id": "v2", "percent": 50}]);
    world.hall.has(record("matcher", "demo", &split));
    let mut second = 0;
    for _ in 0..200 {
        let call = world.post("/api/services/matcher/invoke", json!({}));
        second += i32::from(call.send().await.ok(200)["version_id"] == "v2");
    }
    // A fair coin comes further from the middle once in more than a billion such rows.
    assert!((55..=145).contains(&second), "{second}");
}

#[tokio::test]
async fn a_failure_is_a_problem_and_stands_in_log_and_metrics() {
    let world = world().await;
    let fault = Error::new(Code::ComponentFailed, "`EchoTool` failed: boom").field("steps.echo");
    *world.hall.fails.lock().unwrap() = Some(fault);
    let call = world.post("/api/services/matcher/invoke", json!({}));
    let problem = call.send().await.problem(502, "ComponentFailed");
    assert_eq!(problem["field"], "steps.echo");
    let inner = Error::new(Code::StoreUnavailable, "disk /home/ada is full");
    *world.hall.fails.lock().unwrap() = Some(inner);
    world
        .post("/api/services/matcher/invoke", json!({}))
        .send()
        .await;
    *world.hall.fails.lock().unwrap() = None;
    for _ in 0..2 {
        world
            .post("/api/services/matcher/invoke", json!({}))
            .send()
            .await
            .ok(200);
    }
    let metrics = world
        .get("/api/services/matcher/metrics")
        .send()
        .await
        .ok(200);
    assert_eq!(metrics["total"]["calls"], 4);
    assert_eq!(metrics["total"]["failed"], 2);
    assert_eq!(metrics["total"]["error_percent"], 50.0);
    assert_eq!(metrics["versions"][0]["percent"], 100);
    assert_eq!(metrics["versions"][1]["calls"], 0);
    let logs = world.get("/api/services/matcher/logs").send().await;
    assert!(!logs.text.contains("/home/ada"), "{}", logs.text);
    let logs = logs.ok(200);
    // The clock of these tests stands, so that ids do not tell the calls' order.
    let mut levels: Vec<&str> = logs["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["level"].as_str().unwrap())
        .collect();
    levels.sort_unstable();
    assert_eq!(levels, ["error", "error", "info", "info"]);
    let cursor = logs["next_cursor"].as_str().unwrap();
    let later = world.get(&format!("/api/services/matcher/logs?cursor={cursor}"));
    let later = later.send().await.ok(200);
    assert_eq!(later["items"], json!([]));
    assert_eq!(later["next_cursor"], cursor, "a follower goes on from here");
}

#[tokio::test]
async fn one_service_stands_with_its_deployment_log_and_metrics() {
    let world = world().await;
    world
        .post("/api/services/matcher/invoke", json!({}))
        .send()
        .await
        .ok(200);
    let shown = world.get("/api/services/matcher").send().await.ok(200);
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["workflow_id"], "flow@v1");
    assert_eq!(shown["agents"], json!(["EchoTool"]));
    assert_eq!(shown["deployment"]["type"], "local");
    assert_eq!(shown["last_executed_at"], "2026-01-02T12:00:00Z");
    assert_eq!(shown["logs"][0]["message"], "answered in 1.5 ms");
    assert_eq!(shown["metrics"]["calls"], 1);
    let listed = world.get("/api/services").send().await.ok(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_another_project_owns_is_not_found_on_any_route() {
    let world = world().await;
    for path in ["", "/logs", "/metrics"] {
        let get = world.get(&format!("/api/services/secret{path}"));
        get.send().await.problem(404, "ServiceNotFound");
    }
    for path in ["invoke", "rollback", "promote", "delete"] {
        let post = world.post(&format!("/api/services/secret/{path}"), json!({}));
        post.send().await.problem(404, "ServiceNotFound");
    }
    assert!(world.agents.asked.lock().unwrap().is_empty());
    assert!(world.hall.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn changes_go_to_the_deployer_with_who_asks() {
    let world = world().await;
    for (path, body) in [
        ("rollback", json!({"to": "v1"})),
        ("rollback", json!({})),
        ("promote", json!({})),
        ("delete", json!({})),
    ] {
        let post = world.post(&format!("/api/services/matcher/{path}"), body.clone());
        post.send().await.ok(200);
        let asked = world.agents.asked.lock().unwrap().pop().unwrap().1;
        assert_eq!(asked["stage"], path);
        assert_eq!(asked["service_id"], "matcher");
        assert_eq!(asked["by"], json!({"who": "local", "from": "api"}));
        assert_eq!(asked["to"], body.get("to").cloned().unwrap_or_default());
    }
    let bad = world.post("/api/services/matcher/rollback", json!({"to": "first"}));
    bad.send().await.problem(400, "InvalidInput");
}
