//! `POST /api/approvals/{id}`: a person's answer.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tdev_core::run::{Answer, Approval};

use crate::extract::{IdPath, Json as Body};
use crate::problem::Problem;
use crate::runs::{approval_view, find_approval};
use crate::state::Api;

/// Yes or no, and why.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `approved`")]
pub(crate) struct Reply {
    approved: bool,
    #[serde(default)]
    comment: String,
}

/// The approval with its answer. Who answered is the server's to say, not the body's.
pub(crate) async fn post(
    State(api): State<Api>,
    IdPath(id): IdPath,
    Body(reply): Body<Reply>,
) -> Result<Json<Approval>, Problem> {
    let asked = find_approval(&api, &id).await?;
    let answer = Answer {
        approved: reply.approved,
        by: api.options.person.clone(),
        comment: reply.comment,
        at: api.services.clock.now(),
    };
    let orchestrator = &api.services.orchestrator;
    orchestrator
        .answer(&id, answer)
        .await
        .map_err(|fault| Problem::from(fault).of_run(&asked.run_id))?;
    // The process that drove the run may be gone.
    api.drives.start(orchestrator, &asked.run_id);
    Ok(Json(approval_view(find_approval(&api, &id).await?)))
}
