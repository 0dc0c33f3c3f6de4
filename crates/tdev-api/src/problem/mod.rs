//! Every failure as RFC 9457 `application/problem+json`.

mod public;
mod refusal;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use tdev_core::{Code, Error};

pub(crate) use public::public;
pub use refusal::Refusal;

/// A problem on its way to a client. What may not be shown is logged here and goes no further.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    body: Body,
    /// The failure as it was, for the log.
    cause: String,
}

#[derive(Debug, Serialize)]
struct Body {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// More for machines, where it is about what the client itself sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Box<Value>>,
    /// The run this is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    run_id: Option<String>,
    /// Where to read more about this very occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, detail: String) -> Self {
        Self(Box::new(Parts {
            status,
            cause: String::new(),
            body: Body {
                kind: tdev_core::error::problem_type(code),
                title: title(code),
                status: status.as_u16(),
                detail,
                code,
                field: None,
                hint: None,
                details: None,
                run_id: None,
                instance: None,
            },
        }))
    }

    /// A body over the limit.
    pub(crate) fn too_large() -> Self {
        Error::new(
            Code::PayloadTooLarge,
            "the request body is over the limit of this server",
        )
        .hint("send files as artifacts and refer to them")
        .into()
    }

    /// The faults of a workflow: the first in words, all of them with their codes in `details`.
    pub(crate) fn of_workflow(faults: Vec<Error>) -> Self {
        let shown: Vec<Error> = faults.iter().map(public).collect();
        let first = faults
            .into_iter()
            .next()
            .unwrap_or_else(|| Error::new(Code::Internal, "a refusal without a fault"));
        // A component that a workflow names and nobody has is a fault of the workflow: it is not
        // the route that was not found.
        let mut problem = Self::from(Error {
            code: Code::InvalidWorkflow,
            ..first
        });
        problem.0.body.details = Some(Box::new(json!(shown)));
        problem
    }

    /// Names the run this is about.
    #[must_use]
    pub(crate) fn of_run(mut self, run_id: &str) -> Self {
        self.0.body.run_id = Some(run_id.to_owned());
        self.0.body.instance = Some(format!("/api/runs/{run_id}"));
        self
    }

    /// The body as JSON, for a stream that cannot change its status any more.
    pub(crate) fn into_json(self) -> Value {
        self.log();
        json!(self.0.body)
    }

    fn log(&self) {
        if self.0.status.is_server_error() {
            tracing::error!(
                error.code = self.0.body.code,
                error.cause = self.0.cause,
                run.id = self.0.body.run_id,
                "request failed"
            );
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = StatusCode::from_u16(error.code.http_status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let shown = public(&error);
        let mut problem = Self::new(status, error.code.as_str(), shown.message);
        problem.0.body.field = shown.field;
        problem.0.body.hint = shown.hint;
        problem.0.body.details = shown.details;
        problem.0.cause = error.to_string();
        problem
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        let mut response = (self.0.status, axum::Json(self.0.body)).into_response();
        response.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}

/// `ComponentNotFound` → `Component not found`.
fn title(code: &str) -> String {
    let mut title = String::with_capacity(code.len() + 4);
    for (at, c) in code.char_indices() {
        if at > 0 && c.is_uppercase() {
            title.push(' ');
            title.extend(c.to_lowercase());
        } else {
            title.push(c);
        }
    }
    title
}
