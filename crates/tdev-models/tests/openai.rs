//! The client of OpenAI-compatible endpoints over a real wire.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tdev_core::model::{
    Content, Message, ModelReply, ModelRequest, ModelTool, Price, Role, StopReason, ToolChoice,
    Usage,
};
use tdev_core::ports::{Clock, LanguageModel, Listener, ModelCard, Scope};
use tdev_core::{Code, Error, Result};
use tdev_models::openai::{Limits, OpenAi, Parts};
use tdev_models::patience::{Patience, Pause};

use crate::scripted::{Act, Scripted, answer};

/// A pause that takes no time and is remembered.
#[derive(Default)]
struct Noted(Mutex<Vec<Duration>>);

#[async_trait]
impl Pause for Noted {
    async fn pause(&self, time: Duration) {
        self.0.lock().unwrap().push(time);
    }
}

struct At(DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

struct Client {
    model: OpenAi,
    pauses: Arc<Noted>,
}

fn client(url: &str) -> Client {
    client_with(url, Limits::default())
}

fn client_with(url: &str, limits: Limits) -> Client {
    let pauses = Arc::new(Noted::default());
    let model = OpenAi::new(Parts {
        url: format!("{url}/v1"),
        card: ModelCard {
            id: "test-model".into(),
            price: Price::default(),
        },
        key: Box::new(|| Ok(Some("sk-secret".into()))),
        limits,
        patience: Patience::default(),
        pause: pauses.clone(),
        clock: Arc::new(At("2026-03-01T10:00:00Z".parse().unwrap())),
    });
    Client {
        model: model.unwrap(),
        pauses,
    }
}

impl Client {
    async fn ask(&self) -> Result<ModelReply> {
        self.model
            .converse(&question(), &Scope::default(), &())
            .await
    }
}

fn question() -> ModelRequest {
    ModelRequest {
        system: "You plan.".into(),
        messages: vec![Message::user("Plan a walk.")],
        tools: vec![ModelTool {
            name: "propose".into(),
            description: "Proposes.".into(),
            input_schema: json!({"type": "object"}),
        }],
        choice: ToolChoice::Named("propose".into()),
        max_tokens: 500,
        temperature: Some(0.0),
    }
}

/// A stream of these events; the last says that it is done.
fn stream(events: &[Value]) -> String {
    let mut text = String::new();
    for event in events {
        text.push_str(&format!("data: {event}\n\n"));
    }
    text + "data: [DONE]\n\n"
}

fn streamed(events: &[Value]) -> Act {
    Act::Say(answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &stream(events),
    ))
}

fn piece(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

fn stop(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

fn usage(read: u64, written: u64) -> Value {
    json!({"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}})
}

fn call(at: usize, id: Option<&str>, name: Option<&str>, arguments: &str) -> Value {
    piece(
        json!({"tool_calls": [{"index": at, "id": id, "function": {"name": name, "arguments": arguments}}]}),
    )
}

fn hello() -> Act {
    streamed(&[
        piece(json!({"content": "hello"})),
        stop("stop"),
        usage(3, 1),
    ])
}

fn status(line: &str, headers: &str, body: Value) -> Act {
    Act::Say(answer(
        line,
        &format!("content-type: application/json\r\n{headers}"),
        &body.to_string(),
    ))
}

#[tokio::test]
async fn a_tool_call_streamed_in_pieces_is_put_together() {
    let server = Scripted::new(vec![streamed(&[
        piece(json!({"role": "assistant", "content": ""})),
        call(0, Some("call_1"), Some("propose"), ""),
        call(0, None, None, "{\"steps\": "),
        call(0, None, None, "[1, 2]}"),
        stop("tool_calls"),
        usage(120, 18),
    ])]);
    let reply = client(&server.url()).ask().await.unwrap();
    assert_eq!(
        reply,
        ModelReply {
            content: vec![Content::ToolUse {
                id: "call_1".into(),
                name: "propose".into(),
                input: json!({"steps": [1, 2]}),
            }],
            stop: StopReason::ToolUse,
            usage: Usage {
                input_tokens: 120,
                output_tokens: 18
            },
        }
    );
    let asked = server.asked();
    assert!(
        asked[0]
            .head
            .starts_with("POST /v1/chat/completions HTTP/1.1\r\n")
    );
    assert!(
        asked[0]
            .head
            .contains("authorization: Bearer sk-secret\r\n")
    );
    assert_eq!(
        asked[0].json(),
        json!({
            "model": "test-model",
            "messages": [
                {"role": "system", "content": "You plan."},
                {"role": "user", "content": "Plan a walk."},
            ],
            "max_tokens": 500,
            "stream": true,
            "stream_options": {"include_usage": true},
            "temperature": 0.0,
            "tools": [{"type": "function", "function": {
                "name": "propose", "description": "Proposes.", "parameters": {"type": "object"},
            }}],
            "tool_choice": {"type": "function", "function": {"name": "propose"}},
        })
    );
}

#[tokio::test]
async fn what_tools_said_is_told_in_the_order_a_server_wants_it() {
    let server = Scripted::new(vec![hello()]);
    let request = ModelRequest {
        messages: vec![
            Message::user("How far?"),
            Message {
                role: Role::Assistant,
                content: vec![
                    Content::Text("I look.".into()),
                    Content::ToolUse {
                        id: "a".into(),
                        name: "far".into(),
                        input: json!({"to": "Rome"}),
                    },
                    Content::ToolUse {
                        id: "b".into(),
                        name: "far".into(),
                        input: json!("{cut o"),
                    },
                ],
            },
            Message {
                role: Role::User,
                content: vec![
                    Content::Text("Go on.".into()),
                    Content::ToolResult {
                        id: "a".into(),
                        content: json!({"km": 7}),
                        failed: false,
                    },
                    Content::ToolResult {
                        id: "b".into(),
                        content: json!("no JSON"),
                        failed: true,
                    },
                ],
            },
        ],
        ..question()
    };
    client(&server.url())
        .model
        .converse(&request, &Scope::default(), &())
        .await
        .unwrap();
    assert_eq!(
        server.asked()[0].json()["messages"],
        json!([
            {"role": "system", "content": "You plan."},
            {"role": "user", "content": "How far?"},
            {"role": "assistant", "content": "I look.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "far", "arguments": "{\"to\":\"Rome\"}"}},
                {"id": "b", "type": "function", "function": {"name": "far", "arguments": "{cut o"}},
            ]},
            {"role": "tool", "tool_call_id": "a", "content": "{\"km\":7}"},
            {"role": "tool", "tool_call_id": "b", "content": "{\"error\":\"no JSON\"}"},
            {"role": "user", "content": "Go on."},
        ])
    );
}

#[tokio::test]
async fn words_are_heard_while_the_model_still_writes() {
    struct Heard(
        Mutex<Vec<String>>,
        Mutex<Option<tokio::sync::oneshot::Sender<()>>>,
    );
    impl Listener for Heard {
        fn text(&self, piece: &str) {
            self.0.lock().unwrap().push(piece.into());
            if let Some(first) = self.1.lock().unwrap().take() {
                first.send(()).unwrap();
            }
        }
    }
    let first = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n: a comment\r\n\r\ndata: {}\r\n\r\n",
        piece(json!({"content": "Once "}))
    );
    let rest = stream(&[piece(json!({"content": "upon"})), stop("stop"), usage(5, 2)]);
    let server = Scripted::new(vec![Act::Slowly(first.into(), rest.into())]);
    let (told, first_heard) = tokio::sync::oneshot::channel();
    let heard = Heard(Mutex::default(), Mutex::new(Some(told)));
    let client = client(&server.url());
    let (question, scope) = (question(), Scope::default());
    let asking = client.model.converse(&question, &scope, &heard);
    let (reply, ()) = futures::join!(asking, async {
        // The server holds the rest back until the first piece has been heard.
        first_heard.await.unwrap();
        server.go_on();
    });
    assert_eq!(reply.unwrap().text(), "Once upon");
    assert_eq!(*heard.0.lock().unwrap(), ["Once ", "upon"]);
}

#[tokio::test]
async fn a_server_that_does_not_stream_is_understood() {
    let whole = json!({
        "choices": [{"index": 0, "finish_reason": "stop", "message": {
            "role": "assistant", "content": null,
            "tool_calls": [{"id": "x", "type": "function", "function": {"name": "propose", "arguments": "{}"}}],
        }}],
        "usage": {"prompt_tokens": 4, "completion_tokens": 2},
    });
    let server = Scripted::new(vec![status("200 OK", "", whole)]);
    let reply = client(&server.url()).ask().await.unwrap();
    assert_eq!(reply.stop, StopReason::ToolUse, "though it says `stop`");
    assert_eq!(reply.tool_uses().next(), Some(("x", "propose", &json!({}))));
}

#[tokio::test]
async fn reasons_to_stop_are_told_apart() {
    for (events, reason, words) in [
        (
            vec![
                piece(json!({"content": "so far"})),
                stop("length"),
                usage(1, 1),
            ],
            StopReason::MaxTokens,
            "so far",
        ),
        (
            vec![
                piece(json!({"refusal": "I will not."})),
                stop("stop"),
                usage(1, 1),
            ],
            StopReason::Refused,
            "I will not.",
        ),
        (
            vec![stop("content_filter"), usage(1, 0)],
            StopReason::Refused,
            "",
        ),
    ] {
        let server = Scripted::new(vec![streamed(&events)]);
        let reply = client(&server.url()).ask().await.unwrap();
        assert_eq!((reply.stop, reply.text().as_str()), (reason, words));
    }
    let server = Scripted::new(vec![streamed(&[stop("on a whim")])]);
    let error = client(&server.url()).ask().await.unwrap_err();
    assert_eq!(error.code, Code::ModelInvalid);
}

#[tokio::test]
async fn arguments_cut_off_are_handed_on_as_they_were_written() {
    let server = Scripted::new(vec![streamed(&[
        call(0, Some("c"), Some("propose"), "{\"steps\": [{\"id\""),
        stop("length"),
        usage(9, 500),
    ])]);
    let reply = client(&server.url()).ask().await.unwrap();
    assert_eq!(reply.stop, StopReason::MaxTokens);
    let (_, _, input) = reply.tool_uses().next().unwrap();
    assert_eq!(input, &json!("{\"steps\": [{\"id\""));
}

#[tokio::test]
async fn a_server_that_counts_nothing_is_charged_by_the_byte() {
    let server = Scripted::new(vec![streamed(&[
        piece(json!({"content": "four"})),
        stop("stop"),
    ])]);
    let reply = client(&server.url()).ask().await.unwrap();
    let sent = server.asked()[0].body.len() as u64;
    assert_eq!(
        reply.usage,
        Usage {
            input_tokens: sent,
            output_tokens: 4
        }
    );
}

#[tokio::test]
async fn throttling_and_failures_are_tried_again_as_the_service_asks() {
    let server = Scripted::new(vec![
        status("429 Too Many Requests", "retry-after: 7\r\n", json!({})),
        status(
            "503 Service Unavailable",
            "retry-after: Sun, 01 Mar 2026 10:00:03 GMT\r\n",
            json!({}),
        ),
        Act::HangUp,
        hello(),
    ]);
    let client = client(&server.url());
    assert_eq!(client.ask().await.unwrap().text(), "hello");
    let pauses = client.pauses.0.lock().unwrap().clone();
    assert_eq!(
        pauses[..2],
        [Duration::from_secs(7), Duration::from_secs(3)]
    );
    assert!(
        pauses[2] >= Duration::from_secs(1),
        "grown, {:?}",
        pauses[2]
    );
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn patience_ends_and_says_how_often_it_was_tried() {
    let throttled = || {
        status(
            "429 Too Many Requests",
            "",
            json!({"error": {"message": "slow down"}}),
        )
    };
    let server = Scripted::new(vec![
        throttled(),
        throttled(),
        throttled(),
        throttled(),
        hello(),
    ]);
    let error = client(&server.url()).ask().await.unwrap_err();
    assert_eq!(error.code, Code::ModelThrottled);
    assert_eq!(
        error.message,
        "the language model takes no more requests for now, 4 times"
    );
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_service_that_asks_for_more_patience_than_there_is_is_not_waited_for() {
    let server = Scripted::new(vec![status(
        "429 Too Many Requests",
        "retry-after: 3600\r\n",
        json!({}),
    )]);
    let client = client(&server.url());
    let error = client.ask().await.unwrap_err();
    assert_eq!(
        error.hint.as_deref(),
        Some("it asks to be left alone for 3600 s")
    );
    assert!(client.pauses.0.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_no_further_try_mends_is_said_at_once_and_without_the_key() {
    for (line, body, code) in [
        (
            "401 Unauthorized",
            json!({"error": {"message": "Incorrect API key provided: sk-secret"}}),
            Code::PermissionDenied,
        ),
        (
            "404 Not Found",
            json!({"error": {"message": "no such model"}}),
            Code::InvalidConfig,
        ),
        (
            "400 Bad Request",
            json!({"error": {"message": "blocked by\npolicy", "code": "content_filter"}}),
            Code::ModelRefused,
        ),
        (
            "429 Too Many Requests",
            json!({"error": {"message": "pay first", "code": "insufficient_quota"}}),
            Code::ModelThrottled,
        ),
        ("302 Found", json!({}), Code::InvalidConfig),
    ] {
        let server = Scripted::new(vec![
            status(line, "location: http://127.0.0.1:9/elsewhere\r\n", body),
            hello(),
        ]);
        let error = client(&server.url()).ask().await.unwrap_err();
        assert_eq!(error.code, code, "{line}: {error}");
        assert_eq!(server.asked().len(), 1, "{line}");
        let told = serde_json::to_string(&error).unwrap();
        assert!(
            !told.contains("sk-secret") && !error.message.contains('\n'),
            "{told}"
        );
    }
}

#[tokio::test]
async fn an_answer_broken_off_is_not_asked_for_again() {
    let cut = |text: &str| {
        Act::Say(answer(
            "200 OK",
            "content-type: text/event-stream\r\n",
            text,
        ))
    };
    let begun = format!("data: {}\n\n", piece(json!({"content": "Once"})));
    let broken_json = format!("{begun}data: {{\"choices\": [{{\"del");
    // A body shorter than announced: the connection broke.
    let mut short = answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &(begun.clone() + "....."),
    );
    short.truncate(short.len() - 5);
    for (act, code) in [
        (cut(&begun), Code::ModelUnavailable),
        (cut(&broken_json), Code::ModelUnavailable),
        (Act::Say(short), Code::ModelUnavailable),
        (cut("data: {not json}\n\n"), Code::ModelInvalid),
        (
            cut("data: {\"error\": {\"message\": \"overloaded\"}}\n\n"),
            Code::ModelUnavailable,
        ),
        (status("200 OK", "", json!("what?")), Code::ModelInvalid),
    ] {
        let server = Scripted::new(vec![act, hello()]);
        let error = client(&server.url()).ask().await.unwrap_err();
        assert_eq!(error.code, code, "{error}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_says_nothing_is_not_waited_for_for_ever_nor_asked_twice() {
    let limits = Limits {
        silence: Duration::from_millis(30),
        ..Limits::default()
    };
    let server = Scripted::new(vec![Act::Nothing, hello()]);
    let error = client_with(&server.url(), limits).ask().await.unwrap_err();
    assert_eq!(error.code, Code::ModelUnavailable);
    assert_eq!(error.message, "the language model did not answer in time");
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn a_model_that_does_not_stop_is_stopped() {
    let limits = Limits {
        most_bytes: 1_000,
        ..Limits::default()
    };
    let endless = vec![piece(json!({"content": "on and on"})); 100];
    // Also one line without an end.
    let line = Act::Say(answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &format!("data: {}", "x".repeat(10_000)),
    ));
    for act in [streamed(&endless), line] {
        let server = Scripted::new(vec![act]);
        let error = client_with(&server.url(), limits).ask().await.unwrap_err();
        assert_eq!(error.code, Code::ModelInvalid);
        assert!(
            error.message.ends_with("is larger than 1000 bytes"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_key_is_never_sent_unencrypted_to_another_machine() {
    let client = client("http://198.51.100.7:1");
    let error = client.ask().await.unwrap_err();
    assert_eq!(error.code, Code::InvalidConfig);
    assert_eq!(
        error.message,
        "a key is not sent to another machine without encryption"
    );
}

#[tokio::test]
async fn a_missing_secret_is_said_and_nothing_is_sent() {
    let server = Scripted::new(vec![hello()]);
    let model = OpenAi::new(Parts {
        url: server.url(),
        card: ModelCard {
            id: "m".into(),
            price: Price::default(),
        },
        key: Box::new(|| Err(Error::new(Code::SecretNotFound, "`MODEL_KEY` is not set"))),
        limits: Limits::default(),
        patience: Patience::default(),
        pause: Arc::new(Noted::default()),
        clock: Arc::new(At(DateTime::default())),
    });
    let asked = model
        .unwrap()
        .converse(&question(), &Scope::default(), &())
        .await;
    assert_eq!(asked.unwrap_err().code, Code::SecretNotFound);
    assert!(server.asked().is_empty());
}
