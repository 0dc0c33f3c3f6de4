//! `GET /health`.

use crate::fakes::World;
use tdev_api::ServerOptions;

#[tokio::test]
async fn health_answers_even_without_the_token() {
    let options = ServerOptions {
        token: Some("s3cret".into()),
        ..ServerOptions::default()
    };
    let world = World::with(options).await;
    assert_eq!(world.get("/health").send().await.ok(200)["status"], "ok");
    world
        .get("/health")
        .only(&[("host", "evil.example")])
        .send()
        .await
        .problem(403, "HostNotAllowed");
}
