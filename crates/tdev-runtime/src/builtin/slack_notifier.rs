//! Posts a message to the Slack channel behind an incoming webhook.

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};
use ureq::http::Method;

use super::{BuiltinTool, ToolContext, typed};
use crate::grants::HttpRequest;

pub(super) struct SlackNotifier;

#[derive(Deserialize)]
struct Input {
    text: String,
}

impl BuiltinTool for SlackNotifier {
    fn name(&self) -> &'static str {
        "SlackNotifierTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("slack_notifier.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let answer = context
            .http("secrets.SLACK_WEBHOOK_URL")
            .send(&HttpRequest {
                method: Method::POST,
                url: context.secret("SLACK_WEBHOOK_URL")?,
                headers: vec![("content-type".into(), "application/json".into())],
                body: Some(json!({"text": input.text}).to_string().into_bytes()),
                most_bytes: 64 << 10,
                // The address is a secret: a redirect would tell it to another server.
                follow_redirects: false,
            })?;
        if answer.status != 200 {
            let refused = format!("Slack refused the message with status {}", answer.status);
            return Err(Error::new(Code::RemoteUnavailable, refused)
                .details(json!({"status": answer.status})));
        }
        Ok(json!({"sent": true, "text": input.text}))
    }
}
