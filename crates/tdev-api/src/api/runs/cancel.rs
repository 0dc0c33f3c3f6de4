//! `POST /api/runs/{id}/cancel`: ends a run that is under way.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tdev_core::run::Run;

use crate::extract::{IdPath, OptionalJson};
use crate::problem::Problem;
use crate::runs::{find, run_view};
use crate::state::Api;

/// Why it is to end.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "an object with `reason`")]
pub(crate) struct Cancel {
    reason: Option<String>,
}

/// The run as it stands then.
pub(crate) async fn post(
    State(api): State<Api>,
    IdPath(id): IdPath,
    OptionalJson(cancel): OptionalJson<Cancel>,
) -> Result<Json<Run>, Problem> {
    let run = find(&api, &id).await?;
    let reason = cancel.reason.filter(|reason| !reason.trim().is_empty());
    let reason = reason.unwrap_or_else(|| format!("cancelled by {}", api.options.person));
    let cancelled = api.services.orchestrator.cancel(&run.id, &reason).await;
    Ok(Json(run_view(
        cancelled.map_err(|fault| Problem::from(fault).of_run(&id))?,
    )))
}
