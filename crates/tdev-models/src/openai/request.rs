//! A request in OpenAI's words.

use serde_json::{Map, Value, json};
use tdev_core::model::{Content, Message, ModelRequest, Role, ToolChoice};
use url::Url;

/// The body of a call. It asks for a stream that ends with what was read and written.
pub(super) fn body(request: &ModelRequest, model: &str, to: &Url) -> Vec<u8> {
    let mut messages = vec![json!({"role": "system", "content": request.system})];
    messages.extend(request.messages.iter().flat_map(message));
    let mut body = Map::new();
    body.insert("model".into(), json!(model));
    body.insert("messages".into(), Value::Array(messages));
    body.insert(most_tokens(to).into(), json!(request.max_tokens));
    body.insert("stream".into(), json!(true));
    body.insert("stream_options".into(), json!({"include_usage": true}));
    if let Some(temperature) = request.temperature {
        body.insert("temperature".into(), json!(temperature));
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({"type": "function", "function": {
                "name": tool.name, "description": tool.description, "parameters": tool.input_schema,
            }})
        });
        body.insert("tools".into(), tools.collect());
        body.insert(
            "tool_choice".into(),
            match &request.choice {
                ToolChoice::Auto => json!("auto"),
                ToolChoice::Any => json!("required"),
                ToolChoice::Named(name) => json!({"type": "function", "function": {"name": name}}),
            },
        );
    }
    Value::Object(body).to_string().into_bytes()
}

/// OpenAI itself renamed the field and refuses the old name for its newer models; servers that
/// are only like it know the old one.
fn most_tokens(to: &Url) -> &'static str {
    match to.host_str() {
        Some(host) if host.ends_with(".openai.com") => "max_completion_tokens",
        _ => "max_tokens",
    }
}

/// One turn; what tools said is a message of its own for each.
fn message(turn: &Message) -> Vec<Value> {
    let words: String = turn
        .content
        .iter()
        .filter_map(|piece| match piece {
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let mut messages = Vec::new();
    match turn.role {
        Role::User => {
            messages.extend(turn.content.iter().filter_map(|piece| match piece {
                Content::ToolResult {
                    id,
                    content,
                    failed,
                } => {
                    let said = if *failed {
                        json!({"error": content}).to_string()
                    } else {
                        content.to_string()
                    };
                    Some(json!({"role": "tool", "tool_call_id": id, "content": said}))
                }
                _ => None,
            }));
            if !words.is_empty() {
                messages.push(json!({"role": "user", "content": words}));
            }
        }
        Role::Assistant => {
            let calls: Vec<Value> = turn
                .content
                .iter()
                .filter_map(|piece| match piece {
                    Content::ToolUse { id, name, input } => {
                        // What was no JSON goes back as it was written.
                        let arguments = match input {
                            Value::String(text) => text.clone(),
                            value => value.to_string(),
                        };
                        Some(json!({"id": id, "type": "function",
                            "function": {"name": name, "arguments": arguments}}))
                    }
                    _ => None,
                })
                .collect();
            let mut message = json!({"role": "assistant", "content": words});
            if !calls.is_empty() {
                message["tool_calls"] = Value::Array(calls);
            }
            messages.push(message);
        }
    }
    messages
}
