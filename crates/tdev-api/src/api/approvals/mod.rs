//! `GET /api/approvals`: questions that wait for a person, oldest first.

pub(crate) mod id;

use axum::Json;
use axum::extract::State;
use tdev_core::Code;
use tdev_core::run::Approval;

use crate::extract::Query;
use crate::page::{Order, Page, Paging};
use crate::problem::Problem;
use crate::runs::{approval_view, find};
use crate::state::Api;

/// Those of this project's runs.
pub(crate) async fn get(
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Approval>>, Problem> {
    let mut own = Vec::new();
    for approval in api.services.approvals.open().await? {
        match find(&api, &approval.run_id).await {
            Ok(_) => own.push(approval_view(approval)),
            Err(fault) if fault.code == Code::RunNotFound => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    let page = paging.page(own, Order::Ascending, |approval| {
        format!("{}/{}", approval.created_at.timestamp_micros(), approval.id)
    })?;
    Ok(Json(page))
}
