//! `GET /api/components/{name}/review`: a prompt for whoever reviews a component.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::extract::ComponentPath;
use crate::problem::Problem;
use crate::state::Api;

/// The prompt, which stands by itself, and the version it is about.
pub(crate) async fn get(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
) -> Result<Json<Value>, Problem> {
    let component = api.services.registry.get(&reference).await?;
    let asked = json!({"component": component.pinned()});
    Ok(Json(
        api.services
            .agents
            .invoke("reviewer", asked, api.scope())
            .await?,
    ))
}
