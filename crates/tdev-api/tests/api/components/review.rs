//! `GET /api/components/{name}/review`.

use serde_json::json;

use crate::fakes::World;

#[tokio::test]
async fn the_reviewer_is_asked_about_the_pinned_version() {
    let world = World::new().await;
    let review = json!({"component": "EchoTool@v1", "prompt": "Review it."});
    world.agents.answer("reviewer", Ok(review.clone()));
    let answer = world
        .get("/api/components/EchoTool/review")
        .send()
        .await
        .ok(200);
    assert_eq!(answer, review);
    let asked = world.agents.asked.lock().unwrap();
    assert_eq!(asked[0].1, json!({"component": "EchoTool@v1"}));
}

#[tokio::test]
async fn a_component_that_is_not_there_is_not_reviewed() {
    let world = World::new().await;
    let reply = world.get("/api/components/Nothing/review").send().await;
    reply.problem(404, "ComponentNotFound");
}
