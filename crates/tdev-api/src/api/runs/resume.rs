//! `POST /api/runs/{id}/resume`: goes on with a run that was cut off, failed or waits for a person.

use axum::extract::State;
use axum::response::Response;
use tdev_core::run::RunStatus;
use tdev_core::{Code, Error};

use crate::extract::{IdPath, Prefer};
use crate::problem::Problem;
use crate::runs::{Until, answer, find};
use crate::state::Api;

/// Answers as the route that began the run does. What succeeded or was cancelled stays so.
pub(crate) async fn post(
    State(api): State<Api>,
    IdPath(id): IdPath,
    prefer: Prefer,
) -> Result<Response, Problem> {
    let run = find(&api, &id).await?;
    let until = match run.status {
        RunStatus::Running => Until::RunEnds,
        RunStatus::Failed | RunStatus::NeedsReview => Until::DriveEnds,
        RunStatus::Succeeded | RunStatus::Cancelled => {
            let status = run.status.as_str();
            let fault =
                Error::new(Code::Conflict, format!("the run has {status}")).hint("begin a new run");
            return Err(Problem::from(fault).of_run(&id));
        }
    };
    answer(&api, run, prefer, until).await
}
