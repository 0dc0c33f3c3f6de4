//! `GET` and `PATCH /api/components/{name}`: one component, and its status.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tdev_core::component::{Component, Status};
use tdev_core::ports::Revision;

use crate::extract::{ComponentPath, Json as Body};
use crate::problem::Problem;
use crate::state::Api;

/// `Name@v1` is that version; `Name` the newest stable one, else the newest.
pub(crate) async fn get(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
) -> Result<Json<Component>, Problem> {
    let component = api.services.registry.get(&reference).await?;
    Ok(Json((*component).clone()))
}

/// What can be changed of a stored version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    status: Status,
}

/// Changes the status of the version that `GET` shows under the same path.
pub(crate) async fn patch(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
    Body(change): Body<Change>,
) -> Result<Json<Component>, Problem> {
    let registry = &api.services.registry;
    let read = registry.get(&reference).await?;
    if read.status == change.status {
        return Ok(Json((*read).clone()));
    }
    let status = read.status.change_to(change.status)?;
    let changed = Component {
        status,
        ..(*read).clone()
    };
    let stored = registry
        .put(changed, Revision::Replaces(read.revision()))
        .await?;
    Ok(Json((*stored).clone()))
}
