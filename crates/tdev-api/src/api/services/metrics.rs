//! `GET /api/services/{id}/metrics`: what a service's calls come to, as a whole and by version.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tdev_core::component::VersionId;
use tdev_core::ports::{CallFilter, measured};
use tdev_core::service::Metrics;

use super::find;
use crate::extract::{IdPath, Query};
use crate::problem::Problem;
use crate::state::Api;

/// Since when.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// Calls that began then or later, RFC 3339.
    since: Option<DateTime<Utc>>,
}

/// What calls come to.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    service_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    total: Metrics,
    versions: Vec<OfVersion>,
}

/// What the calls of a version come to, and its share of what comes next.
#[derive(Debug, Serialize)]
struct OfVersion {
    version_id: VersionId,
    percent: u8,
    #[serde(flatten)]
    metrics: Metrics,
}

pub(crate) async fn get(
    State(api): State<Api>,
    IdPath(id): IdPath,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Measured>, Problem> {
    let service = find(&api, &id).await?;
    let log = api.services.deployments.log.as_ref();
    let of = |version_id| CallFilter {
        version_id,
        since: wanted.since,
        ..CallFilter::default()
    };
    let mut versions = Vec::with_capacity(service.versions.len());
    for version in &service.versions {
        versions.push(OfVersion {
            version_id: version.version_id,
            percent: service.percent(version.version_id),
            metrics: measured(log, &id, &of(Some(version.version_id))).await?,
        });
    }
    Ok(Json(Measured {
        total: measured(log, &id, &of(None)).await?,
        service_id: id,
        since: wanted.since,
        versions,
    }))
}
