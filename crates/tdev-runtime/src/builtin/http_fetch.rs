//! Fetches a page or a file from a granted host.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error, Result};

use super::{BuiltinTool, ToolContext, encoding, typed};
use crate::grants::HttpRequest;

const MOST_BYTES: u64 = 8 << 20;

pub(super) struct HttpFetch;

#[derive(Deserialize)]
struct Input {
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    accept_errors: bool,
}

impl BuiltinTool for HttpFetch {
    fn name(&self) -> &'static str {
        "HttpFetchTool"
    }

    fn metadata(&self) -> &'static str {
        include_str!("http_fetch.json")
    }

    fn call(&self, context: &ToolContext, input: Value) -> Result<Value> {
        let input: Input = typed(input)?;
        let mut request = HttpRequest::get(input.url, MOST_BYTES);
        request.headers = input.headers.into_iter().collect();
        let answer = context.http("url").send(&request)?;
        if !input.accept_errors && !(200..300).contains(&answer.status) {
            let refused = format!("the server answered with status {}", answer.status);
            return Err(Error::new(Code::RemoteUnavailable, refused)
                .field("url")
                .details(json!({"status": answer.status})));
        }
        let content_type = answer.content_type.as_deref();
        let media_type = content_type
            .and_then(|value| value.split(';').next())
            .map(str::trim);
        let mut output = json!({
            "status": answer.status,
            "url": answer.url,
            "content_type": media_type.unwrap_or("application/octet-stream"),
        });
        if is_text(media_type, &answer.body) {
            output["text"] = json!(encoding::text_of_answer(&answer.body, content_type));
        } else {
            let name = answer
                .url
                .split(['?', '#'])
                .next()
                .and_then(|path| path.rsplit('/').next());
            let name = name.filter(|name| !name.is_empty()).unwrap_or("download");
            output["file"] = json!(context.store(
                &answer.body,
                media_type.unwrap_or("application/octet-stream"),
                name
            )?);
            output["text"] = json!("");
        }
        Ok(output)
    }
}

fn is_text(media_type: Option<&str>, body: &[u8]) -> bool {
    media_type.map_or_else(
        || std::str::from_utf8(body).is_ok(),
        |kind| {
            let kind = kind.to_ascii_lowercase();
            kind.starts_with("text/")
                || [
                    "json",
                    "xml",
                    "javascript",
                    "yaml",
                    "csv",
                    "x-www-form-urlencoded",
                ]
                .iter()
                .any(|word| kind.ends_with(word))
        },
    )
}
