//! Sends JSON to a granted host.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};
use ureq::http::Method;

use super::{BuiltinTool, ToolContext, encoding, typed};
use crate::grants::HttpRequest;

const MOST_BYTES: u64 = 1 << 20;

pub(super) struct Webhook;

#[derive(Deserialize)]
struct Input {
    url: String,
    body: Value,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

impl BuiltinTool for Webhook {
    fn name(&self) -> &'static str {
        "WebhookTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("webhook.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let method = match input.method.as_deref() {
            None | Some("POST") => Method::POST,
            Some("PUT") => Method::PUT,
            Some("PATCH") => Method::PATCH,
            Some("DELETE") => Method::DELETE,
            Some(other) => {
                return Err(
                    Error::new(Code::InvalidInput, format!("`{other}` is no way to send"))
                        .field("method")
                        .hint("write POST, PUT, PATCH or DELETE"),
                );
            }
        };
        // Nothing is what most servers want with a DELETE.
        let body = match (&method, input.body) {
            (&Method::DELETE, Value::Null) => None,
            (_, body) => Some(body.to_string().into_bytes()),
        };
        let mut headers: Vec<(String, String)> = input.headers.into_iter().collect();
        let mut usual = |name: &str, value: &str| {
            if headers
                .iter()
                .all(|(own, _)| !own.eq_ignore_ascii_case(name))
            {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        if body.is_some() {
            usual("content-type", "application/json");
        }
        let token = &context.scope().idempotency_token;
        if !token.is_empty() {
            // A retried step must not be taken for a second event.
            usual("idempotency-key", token);
        }
        let answer = context.http("url").send(&HttpRequest {
            method,
            url: input.url,
            headers,
            body,
            most_bytes: MOST_BYTES,
            follow_redirects: false,
        })?;
        if !(200..300).contains(&answer.status) {
            let refused = format!("the server answered with status {}", answer.status);
            return Err(Error::new(Code::RemoteUnavailable, refused)
                .field("url")
                .details(json!({"status": answer.status})));
        }
        let text = encoding::text_of_answer(&answer.body, answer.content_type.as_deref());
        let response = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(json!({"status": answer.status, "response": response}))
    }
}
