//! `GET /api/tools`: the registered tools.

use axum::Json;
use axum::extract::State;
use tdev_core::component::{Component, Kind};

use super::components::{Search, of_kind};
use crate::extract::Query;
use crate::page::{Page, Paging};
use crate::problem::Problem;
use crate::state::Api;

/// The newest version of each, by name; `?q=` keeps those that have all its words.
pub(crate) async fn get(
    State(api): State<Api>,
    Query(search): Query<Search>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Component>>, Problem> {
    of_kind(&api, Kind::Tool, search, &paging).await
}
