//! What a workflow must satisfy before it is stored.

use std::sync::Arc;

use tdev_core::component::{ComponentRef, kebab_case};
use tdev_core::ports::Filter;
use tdev_core::workflow::{Action, Catalog, Step, Workflow, check};
use tdev_core::{Code, Error, Result};

use crate::problem::Problem;
use crate::state::Api;

/// The pinned form of a workflow that passes the checks.
///
/// # Errors
/// Every fault that was found.
pub(super) async fn checked(api: &Api, workflow: Workflow) -> Result<Workflow, Problem> {
    good_id(&workflow.id)?;
    let catalog = catalog(api, &workflow).await?;
    // Checking walks the whole graph and compiles schemas: not on a thread that serves others.
    let checked = tokio::task::spawn_blocking(move || check(&workflow, &catalog)).await;
    match checked {
        Ok(Ok(checked)) => Ok(checked.workflow),
        Ok(Err(faults)) => Err(Problem::of_workflow(faults)),
        Err(lost) => Err(Error::new(Code::Internal, format!("the check was lost: {lost}")).into()),
    }
}

/// The newest version of an id, where there is one.
pub(super) async fn newest(api: &Api, id: &str) -> Result<Option<Arc<Workflow>>> {
    match api.services.workflows.get(id, None).await {
        Ok(workflow) => Ok(Some(workflow)),
        Err(fault) if fault.code == Code::WorkflowNotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Whether two workflows differ in nothing but what the store adds.
pub(super) fn says_the_same(stored: &Workflow, given: &Workflow) -> bool {
    let given = Workflow {
        version_id: stored.version_id,
        created_at: stored.created_at,
        ..given.clone()
    };
    given == *stored
}

fn good_id(id: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let good = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.chars().all(plain)
        && !id.ends_with('-')
        && id.len() <= 64;
    if good {
        return Ok(());
    }
    let better = kebab_case(id);
    Err(Error::new(
        Code::InvalidWorkflow,
        "an id is up to 64 lowercase letters, digits and `-`, and begins with a letter",
    )
    .field("id")
    .hint_opt((better != id && !better.is_empty()).then(|| format!("for example `{better}`"))))
}

/// All components with all their versions, the newest workflows, and the versions of workflows
/// that are pinned in what is checked, at any depth.
async fn catalog(api: &Api, workflow: &Workflow) -> Result<Catalog> {
    let services = &api.services;
    let mut components = Vec::new();
    for newest in services.registry.list(&Filter::default()).await? {
        if newest.version_id.0 > 1 {
            components.extend(services.registry.versions(&newest.name).await?);
        } else {
            components.push(newest);
        }
    }
    let mut workflows = services.workflows.list().await?;
    let mut wanted = nested(&workflow.steps);
    let mut seen: Vec<ComponentRef> = Vec::new();
    while let Some(reference) = wanted.pop() {
        if seen.contains(&reference) {
            continue;
        }
        // One that is not there is for the checker to name.
        match services
            .workflows
            .get(&reference.name, reference.version)
            .await
        {
            Ok(found) => {
                wanted.extend(nested(&found.steps));
                let known =
                    |w: &Arc<Workflow>| w.id == found.id && w.version_id == found.version_id;
                if !workflows.iter().any(known) {
                    workflows.push(found);
                }
            }
            Err(fault) if fault.code == Code::WorkflowNotFound => {}
            Err(fault) => return Err(fault),
        }
        seen.push(reference);
    }
    Ok(Catalog::new(components, workflows))
}

fn nested(steps: &[Step]) -> Vec<ComponentRef> {
    let mut found = Vec::new();
    let mut rest: Vec<&Step> = steps.iter().collect();
    while let Some(step) = rest.pop() {
        if let Action::Workflow { workflow, .. } = &step.action {
            found.push(workflow.clone());
        }
        rest.extend(step.inner());
    }
    found
}
