//! `GET` and `POST /api/workflows`: stored workflows, and a new one.

pub(crate) mod execute;
pub(crate) mod id;
mod store;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error};

use crate::extract::{Json as Body, Query};
use crate::page::{Order, Page, Paging};
use crate::problem::Problem;
use crate::state::Api;

/// The newest version of each, by id.
pub(crate) async fn get(
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Workflow>>, Problem> {
    let stored = api.services.workflows.list().await?;
    let items = stored.iter().map(|workflow| (**workflow).clone());
    Ok(Json(paging.page(items, Order::Ascending, |workflow| {
        workflow.id.clone()
    })?))
}

/// Checks, pins and stores a workflow under a new id: 201; 200 where it is stored just so already.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(workflow): Body<Workflow>,
) -> Result<Response, Problem> {
    let pinned = store::checked(&api, workflow).await?;
    if let Some(newest) = store::newest(&api, &pinned.id).await? {
        if !store::says_the_same(&newest, &pinned) {
            return Err(Error::new(
                Code::AlreadyExists,
                format!("there is a workflow `{}` already", newest.id),
            )
            .field("id")
            .hint(format!(
                "store the next version with PUT /api/workflows/{}",
                newest.id
            ))
            .into());
        }
        return Ok(Json((*newest).clone()).into_response());
    }
    let stored = api.services.workflows.put(pinned).await?;
    let location = format!("/api/workflows/{}", stored.id);
    Ok((
        StatusCode::CREATED,
        [(LOCATION, location)],
        Json((*stored).clone()),
    )
        .into_response())
}
