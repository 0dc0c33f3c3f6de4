//! Posts JSON to a granted host.

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
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let token = &context.scope().idempotency_token;
        if !token.is_empty() {
            // A retried step must not be taken for a second event.
            headers.push(("idempotency-key".to_owned(), token.clone()));
        }
        let answer = context.http("url").send(&HttpRequest {
            method: Method::POST,
            url: input.url,
            headers,
            body: Some(input.body.to_string().into_bytes()),
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
