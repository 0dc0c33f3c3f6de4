//! `GET /api/components/{name}/versions`: the versions of a name, oldest first.

use axum::Json;
use axum::extract::State;
use tdev_core::component::{Component, ComponentRef};

use crate::extract::ComponentPath;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Api;

/// Every version of the name.
pub(crate) async fn get(
    State(api): State<Api>,
    ComponentPath(ComponentRef { name, .. }): ComponentPath,
) -> Result<Json<Page<Component>>, Problem> {
    let registry = &api.services.registry;
    let versions = registry.versions(&name).await?;
    if versions.is_empty() {
        // The registry says what is near to a name it does not know.
        registry
            .get(&ComponentRef {
                name,
                version: None,
            })
            .await?;
    }
    Ok(Json(Page::whole(
        versions.iter().map(|version| (**version).clone()).collect(),
    )))
}
