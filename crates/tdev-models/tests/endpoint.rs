//! A client, and what an endpoint that speaks chat completions answers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tdev_core::Result;
use tdev_core::model::{Message, ModelReply, ModelRequest, ModelTool, Price, ToolChoice};
use tdev_core::ports::{Clock, LanguageModel, ModelCard, Scope};
use tdev_models::openai::{Limits, OpenAi, Parts};
use tdev_models::patience::{Patience, Pause};

use crate::scripted::{Act, answer};

/// A pause that takes no time and is remembered.
#[derive(Default)]
pub(crate) struct Noted(pub(crate) Mutex<Vec<Duration>>);

#[async_trait]
impl Pause for Noted {
    async fn pause(&self, time: Duration) {
        self.0.lock().unwrap().push(time);
    }
}

pub(crate) struct At(pub(crate) DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

pub(crate) struct Client {
    pub(crate) model: OpenAi,
    pub(crate) pauses: Arc<Noted>,
}

pub(crate) fn client(url: &str) -> Client {
    client_with(url, Limits::default())
}

pub(crate) fn client_with(url: &str, limits: Limits) -> Client {
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
    pub(crate) async fn ask(&self) -> Result<ModelReply> {
        self.model
            .converse(&question(), &Scope::default(), &())
            .await
    }
}

pub(crate) fn question() -> ModelRequest {
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
pub(crate) fn stream(events: &[Value]) -> String {
    let mut text = String::new();
    for event in events {
        text.push_str(&format!("data: {event}\n\n"));
    }
    text + "data: [DONE]\n\n"
}

pub(crate) fn streamed(events: &[Value]) -> Act {
    Act::Say(answer(
        "200 OK",
        "content-type: text/event-stream\r\n",
        &stream(events),
    ))
}

pub(crate) fn piece(delta: Value) -> Value {
    json!({"choices": [{"index": 0, "delta": delta, "finish_reason": null}]})
}

pub(crate) fn stop(reason: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
}

pub(crate) fn usage(read: u64, written: u64) -> Value {
    json!({"choices": [], "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}})
}

pub(crate) fn call(at: usize, id: Option<&str>, name: Option<&str>, arguments: &str) -> Value {
    piece(
        json!({"tool_calls": [{"index": at, "id": id, "function": {"name": name, "arguments": arguments}}]}),
    )
}

pub(crate) fn hello() -> Act {
    streamed(&[
        piece(json!({"content": "hello"})),
        stop("stop"),
        usage(3, 1),
    ])
}

pub(crate) fn status(line: &str, headers: &str, body: Value) -> Act {
    Act::Say(answer(
        line,
        &format!("content-type: application/json\r\n{headers}"),
        &body.to_string(),
    ))
}
