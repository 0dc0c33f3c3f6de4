//! `GET` and `PUT /api/workflows/{id}`: one workflow, and its next version.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tdev_core::component::ComponentRef;
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error};

use super::store;
use crate::extract::{ComponentPath, Json as Body};
use crate::problem::Problem;
use crate::state::Api;

/// `id@v1` is that version, `id` the newest.
pub(crate) async fn get(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
) -> Result<Json<Workflow>, Problem> {
    let found = api
        .services
        .workflows
        .get(&reference.name, reference.version)
        .await?;
    Ok(Json((*found).clone()))
}

/// Checks, pins and stores the next version: 201 where the id is new, else 200. The same content
/// again is the same version.
pub(crate) async fn put(
    State(api): State<Api>,
    ComponentPath(ComponentRef { name, version }): ComponentPath,
    Body(mut workflow): Body<Workflow>,
) -> Result<Response, Problem> {
    if version.is_some() {
        return Err(
            Error::new(Code::InvalidInput, "a stored version never changes")
                .field("id")
                .hint(format!("PUT /api/workflows/{name} stores the next version"))
                .into(),
        );
    }
    if workflow.id.is_empty() {
        workflow.id.clone_from(&name);
    } else if workflow.id != name {
        return Err(Error::new(
            Code::InvalidInput,
            format!(
                "the body is about `{}`, the path about `{name}`",
                workflow.id
            ),
        )
        .field("id")
        .into());
    }
    let pinned = store::checked(&api, workflow).await?;
    let status = match store::newest(&api, &name).await? {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    let stored = api.services.workflows.put(pinned).await?;
    Ok((status, Json((*stored).clone())).into_response())
}
