//! `POST /api/runs/{id}/redrive`: has a run that failed or was cancelled go on from where it ended.

use axum::extract::State;
use axum::response::Response;

use crate::extract::{IdPath, Prefer};
use crate::problem::Problem;
use crate::runs::{Until, answer, find};
use crate::state::Api;

/// Answers as the route that began the run does; 409 for a run that is under way or has a result.
pub(crate) async fn post(
    State(api): State<Api>,
    IdPath(id): IdPath,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let run = find(&api, &id).await?;
    let reopened = api.services.orchestrator.reopen(&run.id).await;
    let run = reopened.map_err(|fault| Problem::from(fault).of_run(&id))?;
    answer(&api, run, prefer, Until::RunEnds).await
}
