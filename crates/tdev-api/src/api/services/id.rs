//! `GET /api/services/{id}`: how a service stands, with its latest log and what its calls come to.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};
use tdev_core::ports::{CallFilter, measured};
use tdev_core::{Code, Error};

use super::logs::entries;
use super::{find, view};
use crate::extract::IdPath;
use crate::problem::Problem;
use crate::state::Api;

/// Calls whose lines stand with the service.
const LATEST: usize = 10;

/// The record, with `deployment`, `last_executed_at`, `logs` and `metrics` beside its fields.
pub(crate) async fn get(
    State(api): State<Api>,
    IdPath(id): IdPath,
) -> Result<Json<Map<String, Value>>, Problem> {
    let service = view(find(&api, &id).await?);
    let log = api.services.deployments.log.as_ref();
    let all = CallFilter::default();
    let latest = log.calls(&id, &all, LATEST).await?;
    let metrics = measured(log, &id, &all).await?;
    let deployment = json!({
        "type": service.target,
        "entrypoint": format!("/api/services/{id}/invoke"),
        "definition": service.main().map(|main| &main.definition),
    });
    let Ok(Value::Object(mut fields)) = serde_json::to_value(&service) else {
        return Err(Error::new(Code::Internal, "a service is not JSON").into());
    };
    fields.insert("deployment".to_owned(), deployment);
    fields.insert(
        "last_executed_at".to_owned(),
        json!(latest.last().map(|call| call.at)),
    );
    fields.insert("logs".to_owned(), json!(entries(&latest)));
    fields.insert("metrics".to_owned(), json!(metrics));
    Ok(Json(fields))
}
