//! `GET /api/services/{id}/logs`: what is kept of a service's calls, as lines, oldest first.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use tdev_core::component::VersionId;
use tdev_core::ports::CallFilter;
use tdev_core::service::{LogEntry, ServiceCall};

use super::find;
use crate::extract::{IdPath, Query};
use crate::page::{Page, Paging};
use crate::problem::{Problem, public};
use crate::state::Api;

/// Which lines are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// Of calls that began then or later, RFC 3339.
    since: Option<DateTime<Utc>>,
    /// Of calls this version answered.
    version: Option<VersionId>,
    /// Calls whose lines are wanted.
    limit: Option<usize>,
    /// `next_cursor` of the page before: only what came after it.
    cursor: Option<String>,
}

/// The lines of the newest calls. `next_cursor` is there even at the end: asked again with it, the
/// list tells what came since.
pub(crate) async fn get(
    State(api): State<Api>,
    IdPath(id): IdPath,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<LogEntry>>, Problem> {
    find(&api, &id).await?;
    let paging = Paging::new(wanted.limit, wanted.cursor);
    let after = paging.cursor().map(str::to_owned);
    let filter = CallFilter {
        version_id: wanted.version,
        since: wanted.since,
        after: after.clone(),
        kind: None,
    };
    let log = &api.services.deployments.log;
    let calls = log.calls(&id, &filter, paging.limit()?).await?;
    let next_cursor = calls.last().map(|call| call.id.clone()).or(after);
    Ok(Json(Page {
        items: entries(&calls),
        next_cursor,
    }))
}

/// The lines of calls, without what is about the server's own side.
pub(super) fn entries(calls: &[ServiceCall]) -> Vec<LogEntry> {
    calls
        .iter()
        .flat_map(|call| {
            let shown = ServiceCall {
                error: call.error.as_ref().map(public),
                ..call.clone()
            };
            shown.entries()
        })
        .collect()
}
