//! `POST /api/services/{id}/{rollback,promote,delete}`: changes of who answers.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::component::VersionId;

use super::super::deploy::by;
use super::find;
use crate::extract::{IdPath, OptionalJson};
use crate::problem::Problem;
use crate::state::Api;

/// Which version is gone back to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rollback {
    /// The one that answered before where absent.
    to: Option<VersionId>,
}

/// Nothing more to say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Every call goes to an earlier version; the service as it stands then.
pub(crate) async fn rollback(
    State(api): State<Api>,
    IdPath(id): IdPath,
    OptionalJson(Rollback { to }): OptionalJson<Rollback>,
) -> Result<Json<Value>, Problem> {
    let asked = json!({"stage": "rollback", "service_id": id, "to": to, "by": by(&api)});
    changed(&api, &id, asked).await
}

/// Every call goes to the version that waits for it.
pub(crate) async fn promote(
    State(api): State<Api>,
    IdPath(id): IdPath,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<Json<Value>, Problem> {
    let asked = json!({"stage": "promote", "service_id": id, "by": by(&api)});
    changed(&api, &id, asked).await
}

/// The service is taken away; as it stood before.
pub(crate) async fn delete(
    State(api): State<Api>,
    IdPath(id): IdPath,
    OptionalJson(Nothing {}): OptionalJson<Nothing>,
) -> Result<Json<Value>, Problem> {
    let asked = json!({"stage": "delete", "service_id": id, "by": by(&api)});
    changed(&api, &id, asked).await
}

async fn changed(api: &Api, id: &str, asked: Value) -> Result<Json<Value>, Problem> {
    find(api, id).await?;
    let agents = &api.services.agents;
    Ok(Json(agents.invoke("deployer", asked, api.scope()).await?))
}
