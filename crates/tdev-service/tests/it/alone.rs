//! The four routes, and what they refuse.

use serde_json::{Map, Value, json};
use tdev_api::ServerOptions;
use tdev_core::Code;
use tdev_service::{Instance, server};

use crate::bench::{converting, counting, ground, routes, send};

#[tokio::test]
async fn it_answers_with_its_trace_or_with_the_output_alone() {
    let dir = tempfile::tempdir().unwrap();
    let routes = routes(&dir, &counting());
    let body = r#"{"text": "one two three"}"#;
    let (status, _, answer) = send(&routes, "POST", "/invoke", Some(body)).await;
    assert_eq!(status, 200);
    assert_eq!(answer["output"]["words"], 3);
    assert_eq!(answer["service_id"], "words");
    assert_eq!(answer["trace"][0]["id"], "count");
    assert_eq!(answer["trace"][0]["agent"], "TextStatisticsTool@v1");
    let (status, _, output) = send(&routes, "POST", "/invocations", Some(body)).await;
    assert_eq!(status, 200);
    assert_eq!(output, answer["output"]);
}

#[tokio::test]
async fn it_says_that_it_is_there_and_what_it_runs() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = counting();
    let routes = routes(&dir, &sealed);
    let (status, _, health) = send(&routes, "GET", "/health", None).await;
    assert_eq!((status, &health["status"]), (200, &json!("ok")));
    assert_eq!(health["definition"], sealed.hash());
    assert_eq!(health["workflow_id"], "flow@v1");
    let (status, _, ping) = send(&routes, "GET", "/ping", None).await;
    assert_eq!((status, &ping["status"]), (200, &json!("Healthy")));
    assert!(ping["time_of_last_update"].is_i64());
}

#[tokio::test]
async fn over_http_and_in_process_a_call_fails_with_the_same_error() {
    let dir = tempfile::tempdir().unwrap();
    let sealed = converting();
    let routes = routes(&dir, &sealed);
    let instance = Instance::open(sealed, &ground(&dir)).unwrap();
    for body in [json!({"text": "no unit"}), json!({}), json!({"text": 7})] {
        let input: Map<String, Value> = serde_json::from_value(body.clone()).unwrap();
        let answer = instance.call("c1", input).await;
        let error = answer.output.unwrap_err();
        let (status, kind, problem) =
            send(&routes, "POST", "/invoke", Some(&body.to_string())).await;
        assert_eq!(status, error.code.http_status(), "{problem}");
        assert_eq!(kind, "application/problem+json");
        assert_eq!(problem["code"], error.code.as_str());
        assert_eq!(problem["detail"], error.message);
        assert_eq!(problem["field"], json!(error.field));
    }
}

#[tokio::test]
async fn what_is_no_call_is_refused_as_everywhere() {
    let dir = tempfile::tempdir().unwrap();
    let routes = routes(&dir, &counting());
    for (method, path, body, status, code) in [
        ("POST", "/invoke", Some("{not json"), 400, "InvalidInput"),
        ("POST", "/invoke", Some("[1]"), 400, "InvalidInput"),
        ("GET", "/invoke", None, 405, "MethodNotAllowed"),
        ("GET", "/api/services", None, 404, "RouteNotFound"),
    ] {
        let (got, _, problem) = send(&routes, method, path, body).await;
        assert_eq!(
            (got, problem["code"].as_str()),
            (status, Some(code)),
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_foreign_name_or_a_missing_token_reaches_nothing() {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;
    let dir = tempfile::tempdir().unwrap();
    let options = ServerOptions {
        token: Some("s3cret".to_owned()),
        ..ServerOptions::default()
    };
    let routes = server::routes(&counting().file(), &ground(&dir), options).unwrap();
    for (host, token, status) in [
        ("evil.example", Some("s3cret"), 403),
        ("localhost", None, 401),
        ("localhost", Some("wrong"), 401),
        ("localhost", Some("s3cret"), 200),
    ] {
        let mut request = Request::post("/invoke")
            .header("host", host)
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(r#"{"text": "hi"}"#)).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{host} {token:?}");
    }
}

#[test]
fn a_definition_edited_by_hand_is_not_served() {
    let dir = tempfile::tempdir().unwrap();
    let file = counting().file().replace("\"flow\"", "\"flaw\"");
    let refused = server::routes(&file, &ground(&dir), ServerOptions::default()).unwrap_err();
    assert_eq!(refused.code, Code::InvalidService);
}
