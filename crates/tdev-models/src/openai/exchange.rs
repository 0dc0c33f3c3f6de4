//! One try over the wire: send, listen to the stream, within bounds.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tdev_core::model::ModelReply;
use tdev_core::{Code, Error};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use super::failure::Failure;
use super::reply::Reply;

/// Bytes of a body that tells of an error.
const MOST_ERROR: u64 = 64 << 10;

/// What is sent, and to whom.
pub(super) struct Exchange {
    pub(super) agent: ureq::Agent,
    pub(super) to: Url,
    pub(super) key: Option<String>,
    pub(super) body: Arc<[u8]>,
    pub(super) most_bytes: u64,
    pub(super) now: DateTime<Utc>,
}

/// Sends and listens; blocks. The words go to `pieces` while they come. Where nobody listens any
/// more, it ends early.
pub(super) fn exchange(
    one: &Exchange,
    pieces: &UnboundedSender<String>,
) -> Result<ModelReply, Failure> {
    let mut post = one
        .agent
        .post(one.to.as_str())
        .header("content-type", "application/json")
        .header("accept", "text/event-stream, application/json");
    if let Some(key) = &one.key {
        post = post.header("authorization", format!("Bearer {key}"));
    }
    let answer = post.send(&one.body[..]).map_err(|fault| match fault {
        // Only the key can be at fault, and it is not told.
        ureq::Error::Http(_) => Failure::last(
            Error::new(
                Code::InvalidConfig,
                "the key of the language model cannot be sent in a header",
            )
            .hint("look at `key_secret` under [models] in tdev.toml"),
        ),
        fault => Failure::of_connection(&fault),
    })?;
    let (head, body) = answer.into_parts();
    let status = head.status.as_u16();
    if !head.status.is_success() {
        let mut said = Vec::new();
        // A body that cannot be read says nothing; the status does.
        let _read = body.into_reader().take(MOST_ERROR).read_to_end(&mut said);
        return Err(Failure::of_status(status, &head.headers, &said, one.now));
    }
    let streamed = head
        .headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .is_none_or(|kind| !kind.starts_with("application/json"));
    let mut reader = BufReader::new(body.into_reader().take(one.most_bytes.saturating_add(1)));
    let mut reply = Reply::default();
    let mut left = one.most_bytes;
    let mut data = String::new();
    loop {
        let mut text = Vec::new();
        let read = if streamed {
            reader.read_until(b'\n', &mut text)
        } else {
            reader.read_to_end(&mut text)
        };
        let read = read.map_err(|fault| Failure::last(broken(&fault)))? as u64;
        left = left
            .checked_sub(read)
            .ok_or_else(|| Failure::last(too_long(one.most_bytes)))?;
        let text = String::from_utf8_lossy(&text);
        let line = text.trim_end_matches(['\r', '\n']);
        if !streamed {
            data.push_str(line);
        } else if let Some(field) = line.strip_prefix("data:") {
            // The lines of one event belong together.
            if !data.is_empty() {
                data.push('\n');
            }
            data.push_str(field.strip_prefix(' ').unwrap_or(field));
        }
        let ended = read == 0 || !streamed;
        if (ended || line.is_empty()) && !data.is_empty() {
            if data.trim() == "[DONE]" {
                break;
            }
            let heard = reply.hear(&data);
            // An event that the connection broke off in the midst of is not the model's fault.
            let said = match heard {
                Err(_) if ended && streamed => break,
                heard => heard.map_err(Failure::last)?,
            };
            data.clear();
            if !said.is_empty() && pieces.send(said).is_err() {
                break;
            }
        }
        if ended {
            break;
        }
    }
    if pieces.is_closed() && !reply.finished() {
        return Err(Failure::last(Error::new(
            Code::Cancelled,
            "nobody waits for the language model any more",
        )));
    }
    reply.whole(one.body.len()).map_err(Failure::last)
}

/// An answer that stopped coming. It was begun, so it may be paid for: it is not asked for again.
fn broken(fault: &std::io::Error) -> Error {
    let late = fault.kind() == std::io::ErrorKind::TimedOut
        || fault
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<ureq::Error>())
            .is_some_and(|fault| matches!(fault, ureq::Error::Timeout(_)));
    let why = if late {
        "did not go on in time".to_owned()
    } else {
        format!("was cut off on the way: {fault}")
    };
    Error::new(
        Code::ModelUnavailable,
        format!("the answer of the language model {why}"),
    )
}

fn too_long(most: u64) -> Error {
    Error::new(
        Code::ModelInvalid,
        format!("the answer of the language model is larger than {most} bytes"),
    )
}
