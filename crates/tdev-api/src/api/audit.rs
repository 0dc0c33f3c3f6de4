//! `GET /api/audit`: who changed what, when, from where, newest first.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tdev_core::ports::{AuditEntry, AuditFilter};

use crate::extract::Query;
use crate::page::{Page, Paging};
use crate::problem::Problem;
use crate::state::Api;

/// Which lines are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// About this, or what stands under it: `service/policy-matcher`, `component/EchoTool`.
    subject: Option<String>,
    /// Of this action, or this kind of actions: `service.rollback`, `service`.
    action: Option<String>,
    /// By this person.
    who: Option<String>,
    limit: Option<usize>,
    cursor: Option<String>,
}

pub(crate) async fn get(
    State(api): State<Api>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<AuditEntry>>, Problem> {
    let paging = Paging::new(wanted.limit, wanted.cursor);
    let filter = AuditFilter {
        subject: wanted.subject,
        action: wanted.action,
        who: wanted.who,
    };
    let (items, next_cursor) = api
        .services
        .deployments
        .audit
        .list(&filter, paging.cursor(), paging.limit()?)
        .await?;
    Ok(Json(Page { items, next_cursor }))
}
