//! `POST /api/services/{id}/invoke`: calls a service.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use tdev_core::component::VersionId;
use tdev_core::ports::CallRequest;
use tdev_core::service::{CallKind, route};
use tdev_core::{Code, Error};

use super::find;
use crate::answered::Answered;
use crate::extract::{IdPath, OptionalJson, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Who is to answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// This version, whatever its share: to try one before it is promoted.
    version: Option<VersionId>,
}

/// The body is the service's input; an absent one is an empty object. Its versions answer by their
/// shares.
pub(crate) async fn post(
    State(api): State<Api>,
    IdPath(id): IdPath,
    Query(wanted): Query<Wanted>,
    OptionalJson(input): OptionalJson<Map<String, Value>>,
) -> Result<Json<Answered>, Problem> {
    let service = find(&api, &id).await?;
    let call_id = api.new_id();
    let version_id = match wanted.version {
        Some(version_id) => version_id,
        None => route(&service.traffic, draw(&call_id)).ok_or_else(|| {
            Error::new(Code::Conflict, format!("`{id}` answers no calls yet"))
                .hint("wait for its first deployment")
        })?,
    };
    let version = service
        .version(version_id)
        .cloned()
        .ok_or_else(|| service.no_version(version_id))?;
    let call = CallRequest {
        id: call_id.clone(),
        service_id: id.clone(),
        version,
        input,
        kind: CallKind::Live,
    };
    let target = api.services.deployments.targets.of(service.target)?;
    let answer = target.invoke(call).await?;
    Ok(Json(Answered::of(answer, id, Some(version_id), call_id)?))
}

/// 0 to 99, by the end of a random id.
fn draw(id: &str) -> u8 {
    let end = id.get(id.len().saturating_sub(8)..).unwrap_or_default();
    let number = u32::from_str_radix(end, 16).unwrap_or_default();
    u8::try_from(number % 100).unwrap_or_default()
}
