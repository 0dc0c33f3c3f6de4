//! The client of OpenAI-compatible endpoints over a real wire.

use std::sync::Mutex;

use serde_json::json;
use tdev_core::Code;
use tdev_core::model::{Content, Message, ModelReply, ModelRequest, Role, StopReason, Usage};
use tdev_core::ports::{LanguageModel, Listener, Scope};

use crate::endpoint::{
    call, client, hello, piece, question, status, stop, stream, streamed, usage,
};
use crate::scripted::{Act, Scripted};

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
