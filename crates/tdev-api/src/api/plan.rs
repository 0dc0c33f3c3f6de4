//! `POST /api/plan`: the planner alone.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use tdev_core::agent_io::PlanRequest;

use super::worded;
use crate::extract::Json as Body;
use crate::problem::Problem;
use crate::state::Api;

/// A plan for a goal; nothing is stored and nothing is run.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(request): Body<PlanRequest>,
) -> Result<Json<Value>, Problem> {
    worded("goal", &request.goal)?;
    Ok(Json(
        api.services
            .agents
            .invoke("planner", json!(request), api.scope())
            .await?,
    ))
}
