//! Problem bodies, as clients read them.

use std::sync::atomic::Ordering;

use serde_json::json;
use tdev_core::{Code, Error};

use crate::fakes::World;

#[tokio::test]
async fn problems_read_well() {
    let world = World::new().await;
    let mut seen = Vec::new();
    for call in [
        world.get("/api/nowhere"),
        world.call("DELETE", "/api/workflows/x"),
        world.call("POST", "/api/plan").header("content-type", "application/json").body("{\n  \"goal\": }"),
        world.post("/api/plan", json!([])),
        world.post("/api/plan", json!({"goal": 1})),
        world.post("/api/orchestrate", json!({"gaol": "x"})),
        world.get("/api/components/EchoTol"),
        world.get("/api/tools?limit=0"),
        world.post("/api/workflows", json!({"id": "f", "steps": [{"id": "a"}]})),
        world.post("/api/workflows", json!({"id": "f", "steps": [
            {"id": "a", "agent": "EchoTol", "input": {"text": "x"}},
            {"id": "b", "agent": "EchoTool", "input": {"text": "${c.text}"}}]})),
        world.post("/api/components", json!({"name": "X", "type": "tool", "reusability": "A", "output_schema": {"x": "strin"}})),
    ] {
        seen.push(call.send().await.json());
    }
    insta::assert_json_snapshot!("problems", seen);
}

#[tokio::test]
async fn what_the_server_met_inside_stays_inside() {
    let world = World::new().await;
    for code in Code::ALL {
        if code.http_status() != 503
            && !matches!(code, Code::Internal | Code::StoreCorrupt | Code::Locked)
        {
            continue;
        }
        let fault = Error::new(*code, "/home/someone/.tdev/db is broken")
            .field("/home/someone")
            .hint("look at /home/someone")
            .details(json!({"path": "/home/someone"}));
        *world.components.fails.lock().unwrap() = Some(fault);
        let reply = world
            .post("/api/components/EchoTool/invoke", json!({}))
            .send()
            .await;
        reply.problem(code.http_status(), code.as_str());
        assert!(!reply.text.contains("/home"), "{}", reply.text);
    }
    let fault = Error::new(Code::ComponentFailed, "division by zero")
        .details(json!({"traceback": "File /home/someone/x.py"}));
    *world.components.fails.lock().unwrap() = Some(fault);
    let reply = world
        .post("/api/components/EchoTool/invoke", json!({}))
        .send()
        .await;
    assert_eq!(
        reply.problem(502, "ComponentFailed")["detail"],
        "division by zero"
    );
    assert!(!reply.text.contains("/home"), "{}", reply.text);
}

#[tokio::test]
async fn a_panic_is_a_problem_and_the_server_stays() {
    let world = World::new().await;
    world.components.panics.store(true, Ordering::SeqCst);
    let reply = world
        .post("/api/components/EchoTool/invoke", json!({}))
        .send()
        .await;
    reply.problem(500, "Internal");
    assert!(
        !reply.text.contains("boom") && !reply.text.contains("/home"),
        "{}",
        reply.text
    );
    world.get("/health").send().await.ok(200);
}

#[tokio::test]
async fn a_known_route_names_its_methods() {
    let world = World::new().await;
    let reply = world.call("DELETE", "/api/workflows/x").send().await;
    assert_eq!(reply.header("allow"), "GET,HEAD,PUT");
    for later in ["/openapi.json", "/mcp", "/docs"] {
        world
            .post(later, json!({}))
            .send()
            .await
            .problem(404, "RouteNotFound");
    }
}
