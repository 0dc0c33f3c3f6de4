//! `GET /api/components/{name}/used-by`: who would notice a change.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use tdev_core::component::{ComponentRef, VersionId};
use tdev_core::ports::Filter;
use tdev_core::workflow::{Step, Workflow};

use crate::extract::ComponentPath;
use crate::page::Page;
use crate::problem::Problem;
use crate::state::Api;

/// A component or workflow that refers to the one asked about.
#[derive(Debug, Serialize)]
pub(crate) struct User {
    /// `tool`, `agent`, `team` or `workflow`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Its name or id.
    name: String,
    /// Its newest version, the one that refers.
    version_id: VersionId,
    /// How it refers, as it is written there.
    references: Vec<String>,
    /// The steps that refer, of a workflow.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<String>,
}

/// Newest versions of components and workflows that refer to the component; asked about
/// `Name@v1`, those that pin this version or none.
pub(crate) async fn get(
    State(api): State<Api>,
    ComponentPath(asked): ComponentPath,
) -> Result<Json<Page<User>>, Problem> {
    api.services.registry.get(&asked).await?;
    let mut users = Vec::new();
    for component in api.services.registry.list(&Filter::default()).await? {
        let named = component.tools.iter().chain(&component.members);
        let mut references: Vec<String> =
            named.filter(|text| meets(&asked, text)).cloned().collect();
        references.dedup();
        if !references.is_empty() {
            users.push(User {
                kind: component.kind.as_str(),
                name: component.name.clone(),
                version_id: component.version_id,
                references,
                steps: Vec::new(),
            });
        }
    }
    for workflow in api.services.workflows.list().await? {
        users.extend(user(&workflow, &asked));
    }
    Ok(Json(Page::whole(users)))
}

fn user(workflow: &Workflow, asked: &ComponentRef) -> Option<User> {
    let mut found = Vec::new();
    workflow
        .steps
        .iter()
        .for_each(|step| collect(step, asked, &mut found));
    let (steps, mut references): (Vec<String>, Vec<String>) = found.into_iter().unzip();
    references.sort();
    references.dedup();
    (!steps.is_empty()).then(|| User {
        kind: "workflow",
        name: workflow.id.clone(),
        version_id: workflow.version_id,
        references,
        steps,
    })
}

fn collect(step: &Step, asked: &ComponentRef, found: &mut Vec<(String, String)>) {
    if let Some(reference) = step.component().filter(|reference| same(asked, reference)) {
        found.push((step.id.clone(), reference.to_string()));
    }
    step.inner()
        .into_iter()
        .for_each(|inner| collect(inner, asked, found));
}

fn meets(asked: &ComponentRef, text: &str) -> bool {
    text.parse().is_ok_and(|reference| same(asked, &reference))
}

fn same(asked: &ComponentRef, reference: &ComponentRef) -> bool {
    let version = asked.version.is_none()
        || reference.version.is_none()
        || asked.version == reference.version;
    asked.name == reference.name && version
}
