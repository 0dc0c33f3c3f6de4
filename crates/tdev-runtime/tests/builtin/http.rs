//! What tools do over HTTP where they may: answers, errors, limits.

use serde_json::json;
use tdev_core::Code;
use tdev_core::ports::Scope;

use super::project::Setup;
use super::server::{Server, answer};
use super::ssrf::{fetch, granting, hello};

#[test]
fn a_listed_host_and_port_is_called() {
    let server = hello();
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    let fetched = fetch(&home, &format!("http://127.0.0.1:{}/a?b", server.port)).unwrap();
    assert_eq!(
        (&fetched["text"], &fetched["status"]),
        (&json!("café"), &json!(200))
    );
    assert_eq!(fetched["content_type"], "text/plain");
    assert!(server.asked()[0].starts_with("GET /a?b HTTP/1.1\r\n"));
}

#[test]
fn an_endless_answer_is_cut_off() {
    let server = Server::http(|_| {
        answer(
            "200 OK",
            "content-type: text/plain\r\n",
            &vec![b'x'; (8 << 20) + 1],
        )
    });
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    assert_eq!(
        fetch(&home, &format!("http://127.0.0.1:{}/", server.port)),
        Err(Code::PayloadTooLarge)
    );
}

#[test]
fn a_server_that_never_finishes_is_given_up() {
    use std::time::{Duration, Instant};
    use tdev_runtime::builtin::component;
    use tdev_runtime::grants::{Grants, HttpClient, HttpRequest};
    let server = Server::http(|_| {
        std::thread::sleep(Duration::from_secs(60));
        Vec::new()
    });
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    let grants = Grants::resolve(
        &home.root,
        &home.permissions,
        component("HttpFetchTool").unwrap(),
        &serde_json::Map::new(),
    );
    let begun = Instant::now();
    let client = HttpClient::new(&grants.http, begun + Duration::from_millis(300), "url");
    let request = HttpRequest::get(format!("http://127.0.0.1:{}/", server.port), 100);
    assert_eq!(
        client.send(&request).unwrap_err().code,
        Code::ComponentTimeout
    );
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn an_error_status_fails_unless_it_is_asked_for() {
    let server = Server::http(|_| answer("404 Not Found", "content-type: text/plain\r\n", b"gone"));
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    let url = format!("http://127.0.0.1:{}/", server.port);
    let error = home.run("HttpFetchTool", json!({"url": url})).unwrap_err();
    assert_eq!(
        (error.code, error.details),
        (
            Code::RemoteUnavailable,
            Some(Box::new(json!({"status": 404})))
        )
    );
    let taken = home
        .run("HttpFetchTool", json!({"url": url, "accept_errors": true}))
        .unwrap();
    assert_eq!(
        (&taken["status"], &taken["text"]),
        (&json!(404), &json!("gone"))
    );
}

#[test]
fn what_is_not_text_becomes_a_file() {
    let server = Server::http(|_| answer("200 OK", "content-type: image/png\r\n", b"\x89PNG"));
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    let fetched = fetch(
        &home,
        &format!("http://127.0.0.1:{}/logo.png?v=2", server.port),
    )
    .unwrap();
    assert_eq!(
        (&fetched["file"]["name"], &fetched["text"]),
        (&json!("logo.png"), &json!(""))
    );
    assert_eq!(home.bytes(&fetched["file"]), b"\x89PNG");
}

#[test]
fn a_webhook_posts_once_and_marks_a_retry() {
    let server = Server::http(|_| {
        answer(
            "200 OK",
            "content-type: application/json\r\n",
            br#"{"id": 7}"#,
        )
    });
    let home = granting(&[format!("127.0.0.1:{}", server.port)]);
    let scope = Scope {
        idempotency_token: "run-1.step-2".into(),
        ..Scope::default()
    };
    let url = format!("http://127.0.0.1:{}/hook", server.port);
    let posted = home
        .call(
            "WebhookTool",
            json!({"url": url, "body": {"event": "sale"}}),
            scope,
            None,
        )
        .unwrap();
    assert_eq!(posted["response"], json!({"id": 7}));
    let asked = server.asked();
    assert!(asked[0].starts_with("POST /hook") && asked[0].ends_with(r#"{"event":"sale"}"#));
    assert!(asked[0].contains("idempotency-key: run-1.step-2"));
}

#[test]
fn slack_is_told_and_its_address_never_repeated() {
    let server = Server::http(|request| {
        if request.contains("again") {
            answer("403 Forbidden", "", b"no")
        } else {
            answer("200 OK", "", b"ok")
        }
    });
    let hook = format!("http://127.0.0.1:{}/services/T0/B0/s3cret", server.port);
    let home = granting(&[format!("127.0.0.1:{}", server.port)]).secret("SLACK_WEBHOOK_URL", &hook);
    assert_eq!(
        home.run("SlackNotifierTool", json!({"text": "done"}))
            .unwrap()["sent"],
        true
    );
    assert!(server.asked()[0].ends_with(r#"{"text":"done"}"#));
    let ungranted = granting(&[]).secret("SLACK_WEBHOOK_URL", &hook);
    let dead =
        granting(&["127.0.0.1:1".into()]).secret("SLACK_WEBHOOK_URL", "http://127.0.0.1:1/s3cret");
    for (home, text) in [(&home, "again"), (&ungranted, "x"), (&dead, "x")] {
        let error = home
            .run("SlackNotifierTool", json!({"text": text}))
            .unwrap_err();
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}
