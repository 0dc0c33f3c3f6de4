//! `GET /api/runs`: runs of every kind, newest first.

pub(crate) mod cancel;
pub(crate) mod events;
pub(crate) mod id;
pub(crate) mod redrive;
pub(crate) mod resume;

use axum::Json;
use axum::extract::State;
use tdev_core::run::Run;

use crate::extract::Query;
use crate::page::{Page, Paging};
use crate::problem::Problem;
use crate::runs::run_summary;
use crate::state::Api;

/// A page of runs, without their outputs.
pub(crate) async fn get(
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Run>>, Problem> {
    let (runs, next_cursor) = api
        .services
        .runs
        .list(paging.cursor(), paging.limit()?)
        .await?;
    let own = runs
        .into_iter()
        .filter(|run| run.project == api.services.project);
    Ok(Json(Page {
        items: own.map(run_summary).collect(),
        next_cursor,
    }))
}
