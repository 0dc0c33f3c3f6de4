//! Attacks on the door: foreign hosts, foreign origins, wrong tokens, large and odd bodies.

use axum::body::{Body, Bytes};
use futures::stream;
use serde_json::json;
use tdev_api::ServerOptions;

use crate::fakes::World;

#[tokio::test]
async fn dns_rebinding_reaches_nothing() {
    let world = World::new().await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:80",
        "localhost@evil",
        "",
    ] {
        let call = world.get("/api/tools").only(&[("host", host)]);
        call.send().await.problem(403, "HostNotAllowed");
    }
    world
        .get("/api/tools")
        .only(&[])
        .send()
        .await
        .problem(403, "HostNotAllowed");
    let two = [("host", "localhost"), ("host", "evil.example")];
    world
        .get("/api/tools")
        .only(&two)
        .send()
        .await
        .problem(403, "HostNotAllowed");
    // An absolute target counts before the header.
    world
        .get("http://evil.example/api/tools")
        .send()
        .await
        .problem(403, "HostNotAllowed");
    for host in ["localhost:7777", "127.0.0.1", "[::1]:7777", "LOCALHOST"] {
        world
            .get("/api/tools")
            .only(&[("host", host)])
            .send()
            .await
            .ok(200);
    }
}

#[tokio::test]
async fn another_site_changes_nothing_on_a_visitors_behalf() {
    let world = World::new().await;
    let text = json!({"text": "x"});
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:3000",
        "http://localhost.evil.example",
        "file://",
        "http://127.0.0.1",
    ] {
        let call = world.post("/api/components/EchoTool/invoke", text.clone());
        call.header("origin", origin)
            .send()
            .await
            .problem(403, "OriginNotAllowed");
        let call = world
            .call("PATCH", "/api/components/EchoTool")
            .header("origin", origin);
        call.json(&json!({"status": "disabled"}))
            .send()
            .await
            .problem(403, "OriginNotAllowed");
    }
    for site in ["cross-site", "same-site"] {
        let call = world.post("/api/components/EchoTool/invoke", text.clone());
        call.header("sec-fetch-site", site)
            .send()
            .await
            .problem(403, "OriginNotAllowed");
    }
    let own = world.post("/api/components/EchoTool/invoke", text.clone());
    own.header("origin", "http://localhost")
        .send()
        .await
        .ok(200);
    let own = world.post("/api/components/EchoTool/invoke", text);
    own.only(&[
        ("host", "localhost:7777"),
        ("origin", "http://localhost:7777"),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "application/json"),
    ])
    .send()
    .await
    .ok(200);
    // No answer is shared with another site either.
    let read = world
        .get("/api/tools")
        .header("origin", "https://evil.example")
        .send()
        .await;
    assert_eq!(read.header("access-control-allow-origin"), "");
    let preflight = world
        .call("OPTIONS", "/api/tools")
        .header("origin", "http://localhost");
    preflight.send().await.problem(405, "MethodNotAllowed");
}

#[tokio::test]
async fn only_the_whole_token_opens() {
    let options = ServerOptions {
        token: Some("s3cret".into()),
        ..ServerOptions::default()
    };
    let world = World::with(options).await;
    let refused = world.get("/api/tools").send().await;
    refused.problem(401, "Unauthenticated");
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    for wrong in [
        "Bearer s3cre",
        "Bearer s3cret2",
        "Bearer",
        "Basic s3cret",
        "s3cret",
        "Bearer ",
    ] {
        let call = world.get("/api/tools").header("authorization", wrong);
        let refused = call.send().await;
        refused.problem(401, "Unauthenticated");
        assert!(!refused.text.contains("s3cre"), "{}", refused.text);
    }
    let twice = world
        .get("/api/tools")
        .header("authorization", "Bearer s3cret");
    twice
        .header("authorization", "Bearer x")
        .send()
        .await
        .problem(401, "Unauthenticated");
    world
        .get("/api/tools")
        .header("authorization", "bearer s3cret")
        .send()
        .await
        .ok(200);
    // Routes that are not there are not told apart from those that are.
    world
        .get("/api/nothing")
        .send()
        .await
        .problem(401, "Unauthenticated");
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_however_it_comes() {
    let options = ServerOptions {
        body_limit: 64,
        ..ServerOptions::default()
    };
    let world = World::with(options).await;
    let long = "x".repeat(65);
    let announced = world.post("/api/classify", json!({"code": long}));
    announced
        .header("content-length", "77")
        .send()
        .await
        .problem(413, "PayloadTooLarge");
    for path in ["/api/classify", "/api/orchestrate"] {
        let chunks = (0..9).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(b"0123456789")));
        let call = world
            .call("POST", path)
            .header("content-type", "application/json");
        let chunked = call.body(Body::from_stream(stream::iter(chunks)));
        chunked.send().await.problem(413, "PayloadTooLarge");
    }
    assert!(world.agents.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn only_json_is_read() {
    let world = World::new().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "json",
        "",
    ] {
        let call = world
            .call("POST", "/api/classify")
            .header("content-type", kind);
        let call = call.body(r#"{"code": "x"}"#);
        call.send().await.problem(415, "UnsupportedMediaType");
    }
    let call = world.call("POST", "/api/classify").body(r#"{"code": "x"}"#);
    call.send().await.problem(415, "UnsupportedMediaType");
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json",
    ] {
        let call = world
            .call("POST", "/api/classify")
            .header("content-type", kind);
        call.body(r#"{"code": "x"}"#).send().await.ok(200);
    }
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let world = World::new().await;
    for path in ["/api/tools", "/api/nothing", "/health"] {
        let reply = world.get(path).send().await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("x-frame-options"), "DENY");
        assert!(
            reply
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
    }
}
