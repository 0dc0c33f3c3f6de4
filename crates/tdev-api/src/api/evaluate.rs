//! `POST /api/evaluate`: the evaluator alone.

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use tdev_core::workflow::Workflow;
use tdev_core::{Code, Error};

use super::worded;
use crate::extract::{Json as Body, read};
use crate::problem::Problem;
use crate::state::Api;

/// Score, rating and suggestions for a `workflow`, or for the `code` of a component; what a
/// planner says beside its workflow may stay in.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(request): Body<Value>,
) -> Result<Json<Value>, Problem> {
    match (request.get("workflow"), request.get("code")) {
        (Some(workflow), _) => {
            read::<Workflow>(workflow.clone()).map_err(|fault| {
                let inside = fault
                    .field
                    .as_deref()
                    .map(|field| format!("workflow.{field}"));
                fault.field(inside.unwrap_or_else(|| "workflow".to_owned()))
            })?;
        }
        (None, Some(Value::String(code))) => {
            worded("code", code)?;
        }
        _ => {
            return Err(
                Error::new(Code::InvalidInput, "there is nothing to evaluate")
                    .field("workflow")
                    .hint("give a `workflow`, or the `code` of a component")
                    .into(),
            );
        }
    }
    Ok(Json(
        api.services
            .agents
            .invoke("evaluator", request, api.scope())
            .await?,
    ))
}
