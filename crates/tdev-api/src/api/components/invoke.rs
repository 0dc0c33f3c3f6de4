//! `POST /api/components/{name}/invoke`: tries one component.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use tdev_core::component::ComponentRef;
use tdev_core::ports::Invocation;
use tdev_core::{Code, Error};

use crate::extract::{ComponentPath, OptionalJson};
use crate::problem::Problem;
use crate::state::Api;

/// What came of the trial.
#[derive(Debug, Serialize)]
pub(crate) struct Tried {
    /// The version that ran.
    component: ComponentRef,
    /// What it returned.
    output: Value,
    /// Wall time in milliseconds.
    duration_ms: i64,
}

/// The body is the component's input; an absent one is an empty object.
pub(crate) async fn post(
    State(api): State<Api>,
    ComponentPath(reference): ComponentPath,
    OptionalJson(input): OptionalJson<Map<String, Value>>,
) -> Result<Json<Tried>, Problem> {
    let component = api.services.registry.get(&reference).await?;
    let pinned = component.pinned();
    if !component.status.runnable() {
        let status = component.status.as_str();
        return Err(Error::new(Code::ComponentDisabled, format!("`{pinned}` is {status}")).into());
    }
    let began = api.services.clock.now();
    let invocation = Invocation {
        component: pinned.clone(),
        input: Value::Object(input),
        scope: api.scope(),
    };
    let output = api.services.components.invoke(invocation).await?;
    let duration_ms = (api.services.clock.now() - began).num_milliseconds().max(0);
    Ok(Json(Tried {
        component: pinned,
        output,
        duration_ms,
    }))
}
