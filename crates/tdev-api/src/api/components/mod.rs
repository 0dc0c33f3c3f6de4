//! `POST /api/components`: registers a component, from its source or from its record.

pub(crate) mod invoke;
pub(crate) mod name;
mod record;
pub(crate) mod review;
pub(crate) mod used_by;
pub(crate) mod versions;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::component::{Component, Kind, Status};
use tdev_core::ports::Filter;
use tdev_core::{Code, Error};

use self::record::News;
use super::worded;
use crate::extract::{Json as Body, read};
use crate::page::{Order, Page, Paging};
use crate::problem::Problem;
use crate::state::Api;

/// What a list of components is searched for.
#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    q: Option<String>,
}

/// Components of one kind, for the list routes.
pub(crate) async fn of_kind(
    api: &Api,
    kind: Kind,
    search: Search,
    paging: &Paging,
) -> Result<Json<Page<Component>>, Problem> {
    let filter = Filter {
        kind: Some(kind),
        query: search.q.filter(|words| !words.trim().is_empty()),
    };
    let found = api.services.registry.list(&filter).await?;
    let items = found.iter().map(|component| (**component).clone());
    let page = paging.page(items, Order::Ascending, |component| component.name.clone())?;
    Ok(Json(page))
}

/// Source to be classified and registered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    code: String,
    path: Option<String>,
    status: Option<Status>,
}

/// 201 with the stored record; 200 where it is registered just so already.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(body): Body<Value>,
) -> Result<Response, Problem> {
    let (stored, news) = if body.get("code").is_some() {
        from_source(&api, read(body)?).await?
    } else {
        record::register(&api, read(body)?).await?
    };
    if news == News::Unchanged {
        return Ok(Json(stored).into_response());
    }
    let location = format!("/api/components/{}", stored.name);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(stored)).into_response())
}

/// The classifier reads the source without running it, the registrar stores both.
async fn from_source(api: &Api, source: Source) -> Result<(Component, News), Problem> {
    worded("code", &source.code)?;
    let scope = api.scope();
    let mut request = json!({"code": source.code});
    if let Some(path) = source.path {
        record::inside_project(&path)?;
        request["path"] = path.into();
    }
    let agents = &api.services.agents;
    let classification = agents
        .invoke("classifier", request.clone(), scope.clone())
        .await?;
    let name = classification
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let known = match api.services.registry.versions(name).await {
        Err(fault) if fault.code == Code::ComponentNotFound => Vec::new(),
        known => known?,
    };
    request["classification"] = classification;
    if let Some(status) = source.status {
        request["status"] = status.as_str().into();
    }
    let registered = agents.invoke("registrar", request, scope).await?;
    let stored: Component = serde_json::from_value(registered).map_err(|fault| {
        Error::new(
            Code::Internal,
            format!("the registrar's answer is no component: {fault}"),
        )
    })?;
    let unchanged = known.iter().any(|version| **version == stored);
    Ok((
        stored,
        if unchanged {
            News::Unchanged
        } else {
            News::Stored
        },
    ))
}
