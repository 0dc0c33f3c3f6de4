//! `GET /api/runs/{id}`: one run.

use axum::Json;
use axum::extract::State;
use tdev_core::run::Run;

use crate::extract::IdPath;
use crate::problem::Problem;
use crate::runs::{find, run_view};
use crate::state::Api;

/// The whole run as it stands.
pub(crate) async fn get(State(api): State<Api>, IdPath(id): IdPath) -> Result<Json<Run>, Problem> {
    Ok(Json(run_view(find(&api, &id).await?)))
}
