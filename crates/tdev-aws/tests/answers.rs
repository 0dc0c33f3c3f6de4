//! What Bedrock answers, as bytes on the wire: JSON, and AWS's event stream.

use serde_json::{Value, json};
use tdev_aws::bedrock::Manner;

use crate::scripted::{Act, answer};

/// One message of AWS's event stream: lengths, headers, payload, and checksums of both.
pub(crate) fn message(headers: &[(&str, &str)], payload: &str) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).unwrap());
        head.extend(name.as_bytes());
        head.push(7);
        head.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        head.extend(value.as_bytes());
    }
    let size = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let mut whole = Vec::new();
    whole.extend(size(16 + head.len() + payload.len()));
    whole.extend(size(head.len()));
    whole.extend(crc32fast::hash(&whole).to_be_bytes());
    whole.extend(head);
    whole.extend(payload.as_bytes());
    whole.extend(crc32fast::hash(&whole).to_be_bytes());
    whole
}

pub(crate) fn event(kind: &str, payload: Value) -> Vec<u8> {
    let headers = [
        (":event-type", kind),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    message(&headers, &payload.to_string())
}

pub(crate) const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\nconnection: close\r\n\r\n";

pub(crate) fn streamed(events: &[Vec<u8>]) -> Vec<u8> {
    [STREAM.as_bytes(), &events.concat()].concat()
}

pub(crate) fn stop(reason: &str) -> Vec<u8> {
    event("messageStop", json!({"stopReason": reason}))
}

pub(crate) fn metadata() -> Vec<u8> {
    event(
        "metadata",
        json!({"usage": {"inputTokens": 120, "outputTokens": 18, "totalTokens": 138}, "metrics": {"latencyMs": 1}}),
    )
}

pub(crate) fn words(text: &str) -> Vec<u8> {
    event(
        "contentBlockDelta",
        json!({"contentBlockIndex": 0, "delta": {"text": text}}),
    )
}

pub(crate) fn tool_piece(text: &str) -> Vec<u8> {
    event(
        "contentBlockDelta",
        json!({"contentBlockIndex": 1, "delta": {"toolUse": {"input": text}}}),
    )
}

/// The same reply in both manners: these words, the call of the tool with this text, this reason.
pub(crate) fn says(manner: Manner, text: &str, call: Option<&str>, reason: &str) -> Act {
    match manner {
        Manner::Whole => {
            let mut content = vec![json!({"text": text})];
            content.extend(call.map(|input| {
                let input: Value = serde_json::from_str(input).unwrap();
                json!({"toolUse": {"toolUseId": "t1", "name": "propose", "input": input}})
            }));
            let body = json!({
                "output": {"message": {"role": "assistant", "content": content}},
                "stopReason": reason,
                "usage": {"inputTokens": 120, "outputTokens": 18, "totalTokens": 138},
                "metrics": {"latencyMs": 1},
            });
            Act::Say(answer(
                "200 OK",
                "content-type: application/json\r\n",
                &body.to_string(),
            ))
        }
        Manner::Streamed => {
            let mut events = vec![
                event("messageStart", json!({"role": "assistant"})),
                words(text),
            ];
            if let Some(input) = call {
                events.push(event(
                    "contentBlockStart",
                    json!({"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t1", "name": "propose"}}}),
                ));
                let (first, rest) = input.split_at(input.len() / 2);
                events.extend([tool_piece(first), tool_piece(rest)]);
                events.push(event("contentBlockStop", json!({"contentBlockIndex": 1})));
            }
            events.extend([stop(reason), metadata()]);
            Act::Say(streamed(&events))
        }
    }
}

pub(crate) fn fails(status: &str, kind: &str, why: &str) -> Act {
    let headers = format!("content-type: application/json\r\nx-amzn-errortype: {kind}\r\n");
    Act::Say(answer(
        status,
        &headers,
        &json!({"message": why}).to_string(),
    ))
}
