//! `POST /api/workflows/{id}/execute`: runs a stored workflow.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};
use tdev_core::component::ComponentRef;
use tdev_core::run::{RunKind, RunRequest};

use crate::extract::{ComponentPath, IdempotencyKey, OptionalJson, Prefer, fingerprint};
use crate::problem::Problem;
use crate::runs::{Begin, begin};
use crate::state::Api;

/// The body is the workflow's input; an absent one is an empty object. The version that is the
/// newest now is the one that runs.
pub(crate) async fn post(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
    prefer: Prefer,
    key: IdempotencyKey,
    OptionalJson(inputs): OptionalJson<Map<String, Value>>,
) -> Result<Response, Problem> {
    let found = api
        .services
        .workflows
        .get(&reference.name, reference.version)
        .await?;
    let route = format!("/api/workflows/{reference}/execute");
    let fingerprint = fingerprint(&route, json!(inputs).to_string().as_bytes());
    let pinned = ComponentRef {
        name: found.id.clone(),
        version: Some(found.version_id),
    };
    let request = RunRequest {
        workflow: Some(pinned.to_string()),
        inputs,
        ..RunRequest::default()
    };
    begin(
        &api,
        Begin {
            kind: RunKind::Workflow,
            request,
            key,
            fingerprint,
            prefer,
        },
    )
    .await
}
