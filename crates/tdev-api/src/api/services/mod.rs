//! `GET /api/services`: deployed services, by id.

pub(crate) mod change;
pub(crate) mod id;
pub(crate) mod invoke;
pub(crate) mod logs;
pub(crate) mod metrics;

use axum::Json;
use axum::extract::State;
use tdev_core::service::Service;
use tdev_core::{Code, Error, Result};

use crate::extract::Query;
use crate::page::{Order, Page, Paging};
use crate::problem::{Problem, public};
use crate::state::Api;

pub(crate) async fn get(
    State(api): State<Api>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Service>>, Problem> {
    let own = api.services.project.as_str();
    let all = api.services.deployments.services.list().await?;
    let items = all.into_iter().filter(|service| service.project == own);
    Ok(Json(paging.page(
        items.map(view),
        Order::Ascending,
        |s| s.service_id.clone(),
    )?))
}

/// A service of this project.
///
/// # Errors
/// `ServiceNotFound`, also for a service of another project.
async fn find(api: &Api, id: &str) -> Result<Service> {
    let service = api.services.deployments.services.get(id).await?;
    if service.project == api.services.project {
        Ok(service)
    } else {
        Err(Error::new(
            Code::ServiceNotFound,
            format!("no service `{id}`"),
        ))
    }
}

/// A record as clients see it.
fn view(mut service: Service) -> Service {
    if let Some(failure) = &mut service.last_failure {
        failure.error = public(&failure.error);
    }
    service
}
