//! `GET` and `POST /api/tests`: the history of tests, and a new entry.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use tdev_core::component::{Component, ComponentRef};
use tdev_core::ports::Filter;
use tdev_core::{Result, agent_io::TestRun};

use crate::extract::{Json as Body, Query};
use crate::page::{Order, Page, Paging};
use crate::problem::Problem;
use crate::state::Api;

/// The most records of one component that are looked at.
const HISTORY: usize = 1000;

/// Whose history is wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct Of {
    component: Option<ComponentRef>,
}

/// Newest first; of one component, `?component=Name` or `Name@v1`, or of all.
pub(crate) async fn get(
    State(api): State<Api>,
    Query(of): Query<Of>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<TestRun>>, Problem> {
    let names = match of.component {
        Some(reference) => {
            api.services.registry.get(&reference).await?;
            vec![reference.to_string()]
        }
        None => all(&api)
            .await?
            .iter()
            .map(|component| component.name.clone())
            .collect(),
    };
    let mut records = Vec::new();
    for name in names {
        records.extend(api.services.test_runs.of(&name, HISTORY).await?);
    }
    // Ids are time-ordered.
    Ok(Json(paging.page(records, Order::Descending, |record| {
        record.id.clone()
    })?))
}

/// What is to be tested.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `component`")]
pub(crate) struct Test {
    /// `Name`, `Name@v1`, or `all`.
    component: ComponentRef,
}

/// Runs the tests of a component, or of all that may run, and answers with the records.
pub(crate) async fn post(
    State(api): State<Api>,
    Body(test): Body<Test>,
) -> Result<Json<Page<Value>>, Problem> {
    let components = if test.component.to_string() == "all" {
        all(&api)
            .await?
            .into_iter()
            .filter(|component| component.status.runnable())
            .collect()
    } else {
        vec![api.services.registry.get(&test.component).await?]
    };
    let mut records = Vec::new();
    for component in components {
        let request = json!({"component": component.pinned()});
        records.push(
            api.services
                .agents
                .invoke("tester", request, api.scope())
                .await?,
        );
    }
    Ok(Json(Page::whole(records)))
}

async fn all(api: &Api) -> Result<Vec<Arc<Component>>> {
    api.services.registry.list(&Filter::default()).await
}
