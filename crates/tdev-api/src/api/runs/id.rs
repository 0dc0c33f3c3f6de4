//! `GET /api/runs/{id}`: one run, and what its language models cost.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tdev_core::model::Bill;
use tdev_core::run::Run;

use crate::extract::IdPath;
use crate::problem::Problem;
use crate::runs::{find, run_view};
use crate::state::Api;

/// A run with its bill.
#[derive(Debug, Serialize)]
pub(crate) struct Billed {
    #[serde(flatten)]
    run: Run,
    /// Every call of a language model and their sum, in millionths of a dollar.
    cost: Bill,
}

/// The whole run as it stands.
pub(crate) async fn get(
    State(api): State<Api>,
    IdPath(id): IdPath,
) -> Result<Json<Billed>, Problem> {
    let run = find(&api, &id).await?;
    let charges = api.services.ledger.of(&run.id).await?;
    Ok(Json(Billed {
        run: run_view(run),
        cost: Bill::of(charges),
    }))
}
