//! A view of what is registered, for pure rules to look things up in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Workflow;
use crate::component::{Component, ComponentRef, Status};
use crate::nearest::did_you_mean;
use crate::{Code, Error, Result};

/// Components and workflows as they stood at one moment.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    components: BTreeMap<String, Vec<Arc<Component>>>,
    workflows: BTreeMap<String, Vec<Arc<Workflow>>>,
}

impl Catalog {
    /// A catalog of these; several versions of a name may be given in any order.
    pub fn new(
        components: impl IntoIterator<Item = Arc<Component>>,
        workflows: impl IntoIterator<Item = Arc<Workflow>>,
    ) -> Self {
        let mut catalog = Self::default();
        for component in components {
            catalog
                .components
                .entry(component.name.clone())
                .or_default()
                .push(component);
        }
        for workflow in workflows {
            catalog
                .workflows
                .entry(workflow.id.clone())
                .or_default()
                .push(workflow);
        }
        for versions in catalog.components.values_mut() {
            versions.sort_by_key(|c| c.version_id);
        }
        for versions in catalog.workflows.values_mut() {
            versions.sort_by_key(|w| w.version_id);
        }
        catalog
    }

    /// The pinned version, else the newest stable, else the newest that may run.
    ///
    /// # Errors
    /// `ComponentNotFound` with the nearest name; `ComponentDisabled` for a version that must not
    /// run.
    pub fn component(&self, reference: &ComponentRef) -> Result<&Arc<Component>> {
        let versions = self.components.get(&reference.name).ok_or_else(|| {
            Error::new(
                Code::ComponentNotFound,
                format!("no component named `{}`", reference.name),
            )
            .hint_opt(did_you_mean(
                &reference.name,
                self.components.keys().map(String::as_str),
            ))
        })?;
        let found = match reference.version {
            Some(version) => versions.iter().find(|c| c.version_id == version),
            None => versions
                .iter()
                .rev()
                .find(|c| c.status == Status::Stable)
                .or_else(|| versions.iter().rev().find(|c| c.status.runnable()))
                .or(versions.last()),
        };
        let component = found.ok_or_else(|| {
            Error::new(
                Code::ComponentNotFound,
                format!("`{}` has no such version", reference.name),
            )
            .hint_opt(
                versions
                    .last()
                    .map(|c| format!("the newest is `{}`", c.pinned())),
            )
        })?;
        if component.status.runnable() {
            Ok(component)
        } else {
            Err(Error::new(
                Code::ComponentDisabled,
                format!("`{}` is {}", component.pinned(), component.status.as_str()),
            ))
        }
    }

    /// That version of a workflow, or the newest.
    ///
    /// # Errors
    /// `WorkflowNotFound` with the nearest id.
    pub fn workflow(&self, reference: &ComponentRef) -> Result<&Arc<Workflow>> {
        self.workflows
            .get(&reference.name)
            .and_then(|versions| match reference.version {
                Some(version) => versions.iter().find(|w| w.version_id == version),
                None => versions.last(),
            })
            .ok_or_else(|| {
                Error::new(Code::WorkflowNotFound, format!("no workflow `{reference}`")).hint_opt(
                    did_you_mean(&reference.name, self.workflows.keys().map(String::as_str)),
                )
            })
    }

    /// The newest version of every stored workflow, by id.
    pub fn newest_workflows(&self) -> impl Iterator<Item = &Arc<Workflow>> {
        self.workflows
            .values()
            .filter_map(|versions| versions.last())
    }

    /// The newest version of every component, by name.
    pub fn newest(&self) -> impl Iterator<Item = &Arc<Component>> {
        self.components
            .values()
            .filter_map(|versions| versions.last())
    }
}
