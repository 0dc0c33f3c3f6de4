//! `POST /api/classify`: the classifier alone. It parses code and never runs it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::worded;
use crate::extract::Json as Body;
use crate::problem::Problem;
use crate::state::Api;

/// Code to be classified.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Classify {
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

/// The classification.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(request): Body<Classify>,
) -> Result<Json<Value>, Problem> {
    worded("code", &request.code)?;
    Ok(Json(
        api.services
            .agents
            .invoke("classifier", json!(request), api.scope())
            .await?,
    ))
}
