//! Everything a workflow can reach: the workflows inside it, and every component at any depth.

use std::sync::Arc;

use tdev_core::component::{Component, ComponentRef, Runtime};
use tdev_core::ports::{ArtifactStore, Registry, WorkflowStore};
use tdev_core::workflow::{Action, Catalog, Checked, Step, Workflow, check};
use tdev_core::{Code, Error, Result};

use super::Ground;

/// A workflow and what it reaches.
pub(super) struct Gathered {
    pub(super) checked: Checked,
    pub(super) nested: Vec<Arc<Workflow>>,
    /// With their sources, where they have one; those of the workflow's own steps first.
    pub(super) components: Vec<(Arc<Component>, Option<String>)>,
}

/// The stored workflow of that name: `id`, `id@v1` or `id-v1`.
pub(super) async fn workflow(workflows: &dyn WorkflowStore, name: &str) -> Result<Arc<Workflow>> {
    let reference: ComponentRef = name.parse()?;
    let missing = match workflows.get(&reference.name, reference.version).await {
        Err(error) if error.code == Code::WorkflowNotFound => error,
        found => return found,
    };
    let spelled = name
        .rsplit_once("-v")
        .and_then(|(id, number)| Some((id, format!("v{number}").parse().ok()?)));
    if let Some((id, version)) = spelled
        && let Ok(found) = workflows.get(id, Some(version)).await
    {
        return Ok(found);
    }
    Err(missing.field("workflow_id"))
}

/// Checks a workflow against what it names, and brings together all that it reaches.
///
/// # Errors
/// What the checker finds; `ComponentNotFound`; `ArtifactNotFound` for a lost source.
pub(super) async fn gather(ground: &Ground, workflow: &Workflow) -> Result<Gathered> {
    let nested = nested(ground.workflows.as_ref(), workflow).await?;
    let mut wanted: Vec<ComponentRef> = Vec::new();
    for one in std::iter::once(workflow).chain(nested.iter().map(AsRef::as_ref)) {
        wanted.extend(called(&one.steps));
    }
    let components = reached(ground.registry.as_ref(), wanted).await?;
    let workflows = nested.iter().cloned();
    let catalog = Catalog::new(components.iter().cloned(), workflows);
    let checked = check(workflow, &catalog).map_err(|faults| {
        let all = serde_json::to_value(&faults).unwrap_or_default();
        let first = faults.into_iter().next();
        first
            .unwrap_or_else(|| Error::new(Code::InvalidWorkflow, "the workflow was refused"))
            .details(all)
    })?;
    let mut sourced = Vec::with_capacity(components.len());
    for component in components {
        let code = source(ground.artifacts.as_ref(), &component).await?;
        sourced.push((component, code));
    }
    Ok(Gathered {
        checked,
        nested,
        components: sourced,
    })
}

async fn nested(workflows: &dyn WorkflowStore, outer: &Workflow) -> Result<Vec<Arc<Workflow>>> {
    let mut found: Vec<Arc<Workflow>> = Vec::new();
    let mut wanted = named(&outer.steps);
    while let Some(reference) = wanted.pop() {
        let known = found
            .iter()
            .any(|w| w.id == reference.name && reference.version.is_none_or(|v| v == w.version_id));
        if !known {
            let inner = workflows.get(&reference.name, reference.version).await?;
            wanted.extend(named(&inner.steps));
            found.push(inner);
        }
    }
    Ok(found)
}

/// Each component once, with those it may call itself.
async fn reached(
    registry: &dyn Registry,
    mut wanted: Vec<ComponentRef>,
) -> Result<Vec<Arc<Component>>> {
    let mut found: Vec<Arc<Component>> = Vec::new();
    let mut at = 0;
    while let Some(reference) = wanted.get(at).cloned() {
        at += 1;
        let component = registry.get(&reference).await?;
        if found
            .iter()
            .any(|known| known.pinned() == component.pinned())
        {
            continue;
        }
        for entry in component.tools.iter().chain(&component.members) {
            wanted.push(entry.parse()?);
        }
        found.push(component);
    }
    Ok(found)
}

async fn source(artifacts: &dyn ArtifactStore, component: &Component) -> Result<Option<String>> {
    if component.runtime != Runtime::Python {
        return Ok(None);
    }
    let invalid = |message: String| {
        Error::new(Code::InvalidComponent, message)
            .field("code_hash")
            .hint("register it again with `tdev register FILE`")
    };
    let name = component.pinned();
    let hash = component
        .code_hash
        .as_deref()
        .ok_or_else(|| invalid(format!("`{name}` has no registered source")))?;
    let bytes = artifacts.get(hash).await?;
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| invalid(format!("the source of `{name}` is not UTF-8 text")))
}

fn called(steps: &[Step]) -> Vec<ComponentRef> {
    walk(steps, |step| step.component().cloned())
}

fn named(steps: &[Step]) -> Vec<ComponentRef> {
    walk(steps, |step| match &step.action {
        Action::Workflow { workflow, .. } => Some(workflow.clone()),
        _ => None,
    })
}

fn walk(steps: &[Step], of: impl Fn(&Step) -> Option<ComponentRef>) -> Vec<ComponentRef> {
    let mut found = Vec::new();
    let mut rest: Vec<&Step> = steps.iter().rev().collect();
    while let Some(step) = rest.pop() {
        found.extend(of(step));
        rest.extend(step.inner().into_iter().rev());
    }
    found
}
