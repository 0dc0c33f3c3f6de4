//! `POST /api/generate`: a component from its specification, as a run.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use tdev_core::agent_io::AgentSpec;
use tdev_core::run::{RunKind, RunRequest};

use super::worded;
use crate::extract::{IdempotencyKey, Json, Prefer, fingerprint, read};
use crate::problem::Problem;
use crate::runs::{Begin, begin};
use crate::state::Api;

/// The body is the specification; only its goal must be given.
pub(crate) async fn post(
    State(api): State<Api>,
    prefer: Prefer,
    key: IdempotencyKey,
    Json(body): Json<Value>,
) -> Result<Response, Problem> {
    let fingerprint = fingerprint("/api/generate", body.to_string().as_bytes());
    let spec: AgentSpec = read(body)?;
    worded("goal", &spec.goal)?;
    let request = RunRequest {
        spec: Some(spec),
        ..RunRequest::default()
    };
    begin(
        &api,
        Begin {
            kind: RunKind::Orchestrate,
            request,
            key,
            fingerprint,
            prefer,
        },
    )
    .await
}
