//! A wrapper of an HTTP API, generated from its description and put to a real server.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};
use tdev_core::Code;

use crate::workshop::{Equipment, Workshop};

/// What a server says to one request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// A server that answers every request with this JSON and tells what it was asked.
fn server(answer: Value) -> (u16, Receiver<String>) {
    answering(vec![Answer {
        status: 200,
        body: answer,
    }])
}

/// A server that gives these answers in turn, the last of them from then on.
pub(crate) fn answering(answers: Vec<Answer>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let answer = &answers[at.min(answers.len() - 1)];
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = String::new();
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(text) = line.to_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().unwrap();
                }
                head.push_str(&line);
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let _ = tell.send(format!("{head}\n{}", String::from_utf8_lossy(&body)));
            let (status, text) = (answer.status, answer.body.to_string());
            let _ = write!(
                stream,
                "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
                text.len()
            );
        }
    });
    (port, told)
}

fn description(port: u16) -> Value {
    json!({
        "openapi": "3.0.0", "servers": [{"url": "http://127.0.0.1:{port}/v2", "variables": {"port": {"default": port.to_string()}}}],
        "security": [{"tideKey": []}],
        "components": {
            "securitySchemes": {"tideKey": {"type": "http", "scheme": "bearer"}},
            "parameters": {"Days": {"name": "days", "in": "query", "schema": {"type": "integer"}}},
            "schemas": {"Tide": {"type": "object", "properties": {"height": {"type": "number"}, "station": {"type": "string"}}}},
        },
        "paths": {
            "/stations/{station-id}/tide": {"get": {
                "operationId": "getTide", "summary": "The tide at a station",
                "parameters": [
                    {"name": "station-id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/Days"},
                    {"name": "flags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "X-Unit", "in": "header", "schema": {"type": "string"}},
                ],
                "responses": {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tide"}}}}},
            }},
            "/reports": {"post": {
                "operationId": "createReport", "summary": "Report a sighting", "security": [],
                "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["what"],
                    "properties": {"what": {"type": "string"}, "count": {"type": "integer"}}}}}},
                "responses": {"201": {"description": "done"}},
            }},
        },
    })
}

fn workshop(port: u16) -> Workshop {
    Workshop::new(Equipment {
        http: vec![format!("127.0.0.1:{port}")],
        secrets: BTreeMap::from([("TIDE_KEY".to_owned(), "s3cret".to_owned())]),
        ..Equipment::default()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_get_puts_every_parameter_where_it_belongs_and_keeps_the_secret_out_of_the_source() {
    let (port, told) = server(json!({"height": 3.2, "station": "a/b"}));
    let workshop = workshop(port);
    let made = workshop
        .generate(json!({
            "type": "tool", "goal": "Get the tide at a station", "output": {"height": "number"},
            "attached": {"openapi": description(port)},
        }))
        .await
        .unwrap();
    assert_eq!(made.secrets, ["TIDE_KEY"]);
    assert_eq!(made.permissions, [format!("net.http:127.0.0.1:{port}")]);
    assert_eq!(made.tools, ["HttpFetchTool"]);
    assert!(!workshop.source(&made).await.contains("s3cret"));
    while told.try_recv().is_ok() {}
    let input = json!({"station_id": "a/b?c", "days": 2, "flags": ["x", "y z"], "x_unit": "ft"});
    let answer = workshop.call(&made, input).await.unwrap();
    assert_eq!(answer, json!({"height": 3.2}));
    let request = told.recv().unwrap();
    assert!(
        request.starts_with("GET /v2/stations/a%2Fb%3Fc/tide?days=2&flags=x&flags=y+z HTTP/1.1"),
        "{request}"
    );
    let lower = request.to_lowercase();
    assert!(lower.contains("authorization: bearer s3cret"), "{request}");
    assert!(lower.contains("x-unit: ft"), "{request}");
    let escape = workshop.call(&made, json!({"station_id": ".."})).await;
    assert_eq!(escape.unwrap_err().code, Code::InvalidInput);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_sends_its_body_and_is_only_put_to_examples_somebody_chose() {
    let (port, told) = server(json!({"id": 7}));
    let workshop = workshop(port);
    let spec = |examples: Value| {
        json!({
            "type": "tool", "goal": "Report a sighting", "attached": {"openapi": description(port)}, "examples": examples,
        })
    };
    let error = workshop.generate(spec(json!([]))).await.unwrap_err();
    assert_eq!(error.code, Code::TestsFailed, "{error}");
    assert!(
        error.hint.as_ref().unwrap().contains("--example"),
        "{error}"
    );
    assert!(told.try_recv().is_err(), "nothing was sent");
    let made = workshop
        .generate(spec(
            json!([{"input": {"what": "seal"}, "output": {"status": 200}}]),
        ))
        .await
        .unwrap();
    assert!(made.side_effects);
    let request = told.recv().unwrap();
    assert!(
        request.starts_with("POST /v2/reports HTTP/1.1"),
        "{request}"
    );
    assert!(request.ends_with("{\"what\":\"seal\"}"), "{request}");
    let answer = workshop
        .call(&made, json!({"what": "whale", "count": 2}))
        .await
        .unwrap();
    assert_eq!(answer["data"], json!({"id": 7}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_goes_by_its_own_method_with_headers_and_the_secret_in_one_of_them() {
    let (port, told) = server(json!({"done": true}));
    let operation = |id: &str, summary: &str, body: bool| {
        let mut operation = json!({
            "operationId": id, "summary": summary, "responses": {"200": {"description": "done"}},
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                {"name": "If-Match", "in": "header", "schema": {"type": "string"}},
            ],
        });
        if body {
            operation["requestBody"] = json!({"content": {"application/json": {"schema": {
                "type": "object", "required": ["room"], "properties": {"room": {"type": "string"}}}}}});
        }
        operation
    };
    for (method, id, goal, scheme, sent) in [
        (
            "put",
            "replaceDesk",
            "Replace a desk",
            json!({"type": "http", "scheme": "bearer"}),
            "authorization: Bearer s3cret",
        ),
        (
            "patch",
            "moveDesk",
            "Move a desk",
            json!({"type": "apiKey", "in": "header", "name": "X-Key"}),
            "x-key: s3cret",
        ),
        (
            "post",
            "bookDesk",
            "Book a desk",
            json!({"type": "http", "scheme": "basic"}),
            "authorization: Basic czNjcmV0",
        ),
        (
            "delete",
            "removeDesk",
            "Remove a desk",
            json!({"type": "http", "scheme": "bearer"}),
            "authorization: Bearer s3cret",
        ),
    ] {
        let workshop = workshop(port);
        let deletes = method == "delete";
        let document = json!({
            "openapi": "3.1.0", "servers": [{"url": format!("http://127.0.0.1:{port}")}], "security": [{"tideKey": []}],
            "components": {"securitySchemes": {"tideKey": scheme}},
            "paths": {"/desks/{id}": {method: operation(id, goal, !deletes)}},
        });
        let mut input = json!({"id": "D 1", "room": "attic", "if_match": "e1"});
        if deletes {
            input.as_object_mut().unwrap().remove("room");
        }
        let made = workshop
            .generate(json!({
                "type": "tool", "goal": goal, "attached": {"openapi": document},
                "examples": [{"input": input, "output": {"status": 200, "data": {"done": true}}}],
            }))
            .await
            .unwrap();
        assert!(made.side_effects);
        assert_eq!(made.secrets, ["TIDE_KEY"]);
        assert!(!workshop.source(&made).await.contains("s3cret"));
        let request = told.recv().unwrap();
        let line = format!("{} /desks/D%201 HTTP/1.1", method.to_uppercase());
        assert!(request.starts_with(&line), "{request}");
        let lower = request.to_lowercase();
        assert!(lower.contains("if-match: e1"), "{request}");
        let (name, value) = sent.split_once(": ").unwrap();
        let line = request
            .lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        assert!(line.is_some_and(|line| line.ends_with(value)), "{request}");
        assert_eq!(
            request.ends_with("{\"room\":\"attic\"}"),
            !deletes,
            "{request}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn descriptions_that_cannot_be_called_say_why() {
    let workshop = Workshop::new(Equipment::default());
    let path = |method: &str, more: Value| {
        let mut operation = json!({"responses": {}});
        operation
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"servers": [{"url": "https://api.example.org"}], "paths": {"/a": {method: operation}}})
    };
    let mut relative = path("get", json!({}));
    relative["servers"] = json!([{"url": "/v1"}]);
    let mut outside = path("get", json!({}));
    outside["paths"]["/a"]["get"]["parameters"] = json!([{"$ref": "https://evil.example/x.json"}]);
    let mut circle = path("get", json!({"parameters": [{"$ref": "#/x"}]}));
    circle["x"] = json!({"$ref": "#/x"});
    let mut twins = path("get", json!({}));
    twins["paths"]["/b"] = twins["paths"]["/a"].clone();
    for (document, why) in [
        (
            path("options", json!({})),
            "`OPTIONS` requests cannot be sent",
        ),
        (
            path(
                "get",
                json!({"parameters": [{"name": "s", "in": "cookie", "required": true}]}),
            ),
            "needs the cookie `s`",
        ),
        (relative, "no whole address"),
        (outside, "points outside the description"),
        (circle, "leads in a circle"),
        (twins, "fits several operations alike"),
    ] {
        let spec = json!({"type": "tool", "goal": "Call it", "attached": {"openapi": document}});
        let error = workshop.generate(spec).await.unwrap_err();
        assert_eq!(error.code, Code::CapabilityMissing);
        let tried = error.details.as_ref().unwrap()["tried"].to_string();
        assert!(tried.contains(why), "{why}: {tried}");
    }
}
