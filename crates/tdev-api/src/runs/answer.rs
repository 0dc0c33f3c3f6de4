//! Waiting for a run, and what is said of it.

use std::time::Duration;

use axum::Json;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tdev_core::run::{Run, RunStatus};
use tdev_core::{Code, Error};

use super::drives::Drive;
use crate::extract::Prefer;
use crate::problem::Problem;
use crate::state::Api;

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The run to end, whoever drives it.
    RunEnds,
    /// The drive begun now to end, of a run that had ended before.
    DriveEnds,
}

/// Drives a run and answers for it: 200 with its result, a problem where it has none, 202 where
/// it outlasts the wait.
pub(crate) async fn answer(
    api: &Api,
    run: Run,
    prefer: Prefer,
    until: Until,
) -> Result<Response, Problem> {
    if until == Until::RunEnds && run.status.ended() {
        return ended(run);
    }
    api.services.orchestrator.begin(&run).await?;
    let run_id = run.id;
    let drive = api.drives.start(&api.services.orchestrator, &run_id);
    let patience = prefer.patience(api.options.default_wait, api.options.longest_wait);
    let run = wait(api, &run_id, drive, patience, until)
        .await
        .map_err(|fault| Problem::from(fault).of_run(&run_id))?;
    match run.filter(|run| run.status.ended()) {
        Some(run) => ended(run),
        None => Ok(accepted(&run_id, prefer)),
    }
}

async fn wait(
    api: &Api,
    run_id: &str,
    mut drive: Drive,
    patience: Duration,
    until: Until,
) -> Result<Option<Run>, Error> {
    if patience.is_zero() {
        return Ok(None);
    }
    if until == Until::DriveEnds {
        return tokio::time::timeout(patience, drive.done())
            .await
            .ok()
            .transpose();
    }
    let services = &api.services;
    // No event comes after the last number there is, so this waits for the end alone.
    let end = services.events.wait(run_id, i64::MAX, patience);
    tokio::pin!(end);
    tokio::select! {
        biased;
        driven = drive.done() => match driven {
            Ok(run) if run.status.ended() => return Ok(Some(run)),
            Err(fault) if fault.code != Code::Locked => return Err(fault),
            // Somebody else drives it, and tells through the store.
            _ => end.await?,
        },
        waited = &mut end => waited?,
    }
    services.runs.get(run_id).await.map(Some)
}

/// 200 means that there is a result: whatever else a run ended with is a problem, with the run
/// named. `needs_review` is 409: a person must decide, and the plan is kept in the run.
fn ended(run: Run) -> Result<Response, Problem> {
    let fault = match run.status {
        RunStatus::Succeeded | RunStatus::Running => {
            let (result, trace) = result_and_trace(run.output.unwrap_or_default());
            let body = json!({"result": result, "trace": trace, "run_id": run.id});
            return Ok(Json(body).into_response());
        }
        RunStatus::Failed => run
            .error
            .unwrap_or_else(|| Error::new(Code::Internal, "the run failed without an error")),
        RunStatus::NeedsReview => run.error.unwrap_or_else(|| {
            Error::new(
                Code::NeedsReview,
                "no plan reached the threshold; the best one is kept",
            )
            .hint("read it in the run, and accept it by resuming the run")
        }),
        RunStatus::Cancelled => run
            .error
            .unwrap_or_else(|| Error::new(Code::Cancelled, "the run was cancelled")),
    };
    Err(Problem::from(fault).of_run(&run.id))
}

/// A run's output is an execution, `{output, trace}`, with its result under either name; any
/// other output is a result without steps.
fn result_and_trace(output: Value) -> (Value, Value) {
    match output {
        Value::Object(mut fields)
            if fields.get("trace").is_some_and(Value::is_array)
                && (fields.contains_key("output") || fields.contains_key("result")) =>
        {
            let result = fields.remove("result").or_else(|| fields.remove("output"));
            (
                result.unwrap_or_default(),
                fields.remove("trace").unwrap_or_default(),
            )
        }
        other => (other, json!([])),
    }
}

fn accepted(run_id: &str, prefer: Prefer) -> Response {
    let body = Json(json!({"run_id": run_id, "status": RunStatus::Running}));
    let mut response = (StatusCode::ACCEPTED, body).into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::try_from(format!("/api/runs/{run_id}")) {
        headers.insert(LOCATION, location);
    }
    if let Some(Ok(applied)) = prefer.applied().map(HeaderValue::try_from) {
        headers.insert("preference-applied", applied);
    }
    response
}
