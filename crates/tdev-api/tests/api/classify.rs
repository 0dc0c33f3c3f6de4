//! `POST /api/classify`.

use serde_json::json;
use tdev_core::{Code, Error};

use crate::fakes::World;

#[tokio::test]
async fn the_classifier_is_asked_and_its_refusal_is_passed_on() {
    let world = World::new().await;
    let reply = world
        .post("/api/classify", json!({"code": "x = 1", "path": "a.py"}))
        .send()
        .await;
    assert_eq!(
        reply.ok(200)["input"],
        json!({"code": "x = 1", "path": "a.py"})
    );
    world
        .post("/api/classify", json!({"code": " "}))
        .send()
        .await
        .problem(400, "InvalidInput");
    world
        .post("/api/classify", json!({}))
        .send()
        .await
        .problem(400, "InvalidInput");
    let fault = Error::new(
        Code::InvalidComponent,
        "line 1, column 3: expected an expression",
    )
    .field("code")
    .details(json!({"line": 1}));
    world.agents.answer("classifier", Err(fault));
    let body = world
        .post("/api/classify", json!({"code": "x ="}))
        .send()
        .await;
    assert_eq!(body.problem(422, "InvalidComponent")["details"]["line"], 1);
}
