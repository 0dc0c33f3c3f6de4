//! JSON bodies: strict about their type, precise about their faults.

use std::error::Error as _;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use http_body_util::{BodyExt, LengthLimitError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tdev_core::{Code, Error, Result};
use tower_http::timeout::TimeoutError;

use crate::problem::{Problem, Refusal};

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        must_be_json(&head.headers)?;
        Ok(Self(parse(&bytes(body).await?)?))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let text = bytes(body).await?;
        if text.is_empty() {
            return Ok(Self(T::default()));
        }
        must_be_json(&head.headers)?;
        Ok(Self(parse(&text)?))
    }
}

/// The whole of a body, within the limits laid around it.
///
/// # Errors
/// 413 over the limit, 408 where it came too slowly.
pub(crate) async fn bytes(body: Body) -> Result<axum::body::Bytes, Problem> {
    let fault = match body.collect().await {
        Ok(whole) => return Ok(whole.to_bytes()),
        Err(fault) => fault,
    };
    let mut source = fault.source();
    while let Some(inner) = source {
        if inner.is::<LengthLimitError>() {
            return Err(Problem::too_large());
        }
        if inner.is::<TimeoutError>() {
            return Err(Refusal::RequestTimeout.into());
        }
        source = inner.source();
    }
    Err(Error::new(Code::InvalidInput, "the body ended before it was whole").into())
}

/// Only JSON media types pass: a form of a foreign page can send none of them unasked.
fn must_be_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let essence = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    json.then_some(()).ok_or(Refusal::UnsupportedMediaType)
}

fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T> {
    let value: Value = serde_json::from_slice(text).map_err(|fault| {
        Error::new(
            Code::InvalidInput,
            format!(
                "malformed JSON at line {}, column {}: {}",
                fault.line(),
                fault.column(),
                without_place(&fault)
            ),
        )
    })?;
    if !value.is_object() {
        return Err(Error::new(
            Code::InvalidInput,
            "the body must be a JSON object",
        ));
    }
    read(value)
}

/// Reads a value that is JSON already.
///
/// # Errors
/// The code a core type gives its own faults, else `InvalidInput`, naming the field.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|fault| {
        let path = fault.path().to_string();
        let error = worded(&plain(&without_place(fault.inner())));
        match &error.field {
            _ if path == "." => error,
            None => error.field(path),
            // A schema names places inside of itself only.
            Some(inside) if error.code == Code::InvalidSchema => {
                let whole = format!("{path}.{inside}");
                error.field(whole)
            }
            Some(_) => error,
        }
    })
}

/// Core types refuse with their whole error in words, ``Code: message (at `field`); hint``; it is
/// taken apart again.
fn worded(text: &str) -> Error {
    let coded = text
        .split_once(": ")
        .and_then(|(code, rest)| Some((Code::parse(code)?, rest)));
    let Some((code, rest)) = coded else {
        return Error::new(Code::InvalidInput, text);
    };
    let placed = rest.split_once(" (at `").and_then(|(message, rest)| {
        let (field, hint) = rest.split_once("`)")?;
        Some((message, field, hint.strip_prefix("; ").map(str::to_owned)))
    });
    match placed {
        Some((message, field, hint)) => Error::new(code, message).field(field).hint_opt(hint),
        None => Error::new(code, rest),
    }
}

fn without_place(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    let place = format!(" at line {} column {}", fault.line(), fault.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// A message without the names of this program's types.
fn plain(text: &str) -> String {
    for kind in ["struct ", "tuple struct ", "enum "] {
        if let Some((before, after)) = text.split_once(&format!("expected {kind}")) {
            let rest = after
                .find(|c: char| !c.is_alphanumeric())
                .and_then(|at| after.get(at..));
            let wanted = if kind == "struct " {
                "an object"
            } else {
                "another form"
            };
            return format!("{before}expected {wanted}{}", rest.unwrap_or(""));
        }
    }
    text.to_owned()
}
