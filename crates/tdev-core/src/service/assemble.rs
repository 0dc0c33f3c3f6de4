//! A definition out of a checked workflow and everything it pins: pure, so that packaging twice
//! gives the same hash.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::definition::{Definition, Entry, FORMAT, HealthCheck, Limits, Pinned, pinned_hash};
use super::permissions::{Granted, derive};
use super::sealed::Sealed;
use crate::component::{Component, Runtime, Status};
use crate::workflow::{Checked, Workflow, asks_a_person, compile};
use crate::{Code, Error};

/// What a definition is made of.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The service it is for.
    pub service_id: String,
    /// The workflow, checked and pinned.
    pub checked: Checked,
    /// The workflows inside it.
    pub nested: Vec<Arc<Workflow>>,
    /// Every component that can be called, with its source where it has one.
    pub components: Vec<(Arc<Component>, Option<String>)>,
    /// What the project grants.
    pub granted: Granted,
    /// Settings of components, by name; those of others are left out.
    pub config: BTreeMap<String, Map<String, Value>>,
    /// What one call may use.
    pub limits: Limits,
    /// The call that shows that it works.
    pub health: HealthCheck,
    /// Whether experimental components are consented to.
    pub consent: bool,
}

/// Makes and seals the definition.
///
/// # Errors
/// Everything that stands against it, each naming what to do: `InvalidService` for an experimental
/// component without consent, `ComponentDisabled`, `PermissionDenied` for what no policy can be
/// derived from, `Unsupported` for a step that asks a person.
pub fn assemble(parts: Parts) -> Result<Sealed, Vec<Error>> {
    let mut faults = Vec::new();
    let records: Vec<&Component> = parts.components.iter().map(|(c, _)| c.as_ref()).collect();
    let mut experimental = Vec::new();
    for component in &records {
        let name = component.pinned().to_string();
        match component.status {
            Status::Experimental if parts.consent => experimental.push(name),
            Status::Experimental => faults.push(unconsented(component)),
            status if !status.runnable() => faults.push(Error::new(
                Code::ComponentDisabled,
                format!("`{name}` is {}", status.as_str()),
            )),
            _ => {}
        }
    }
    let whole =
        std::iter::once(&parts.checked.workflow).chain(parts.nested.iter().map(AsRef::as_ref));
    if let Some(step) = whole.clone().find_map(asks_a_person) {
        faults.push(
            Error::new(
                Code::Unsupported,
                format!(
                    "the step `{step}` asks a person, and a service answers its caller at once"
                ),
            )
            .field(format!("steps.{step}"))
            .hint("run the workflow with `tdev run`, or deploy it without the step"),
        );
    }
    let config: BTreeMap<String, Map<String, Value>> = parts
        .config
        .into_iter()
        .filter(|(name, _)| records.iter().any(|c| c.name == *name))
        .collect();
    let permissions = match derive(&records, &parts.granted, &config) {
        Ok(permissions) => permissions,
        Err(more) => {
            faults.extend(more);
            Vec::new()
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut secrets: Vec<String> = records.iter().flat_map(|c| c.secrets.clone()).collect();
    secrets.sort();
    secrets.dedup();
    let entry = Entry {
        input_schema: parts.checked.workflow.input_schema.clone(),
        output_schema: parts.checked.output.clone(),
    };
    let definition = Definition {
        format: FORMAT.to_owned(),
        service_id: parts.service_id,
        state_machine: compile(&parts.checked),
        workflow: parts.checked.workflow,
        nested: parts.nested.iter().map(|w| (**w).clone()).collect(),
        components: parts
            .components
            .into_iter()
            .map(|(component, code)| pinned(&component, code))
            .collect(),
        config,
        limits: parts.limits,
        secrets,
        permissions,
        experimental,
        entry,
        health: parts.health,
    };
    definition
        .input(definition.health.input.clone())
        .map_err(|error| {
            let field = error.field.clone().unwrap_or_default();
            let field = field.trim_start_matches("inputs").trim_start_matches('.');
            vec![
                error
                    .clone()
                    .field(format!("health_input.{field}").trim_end_matches('.')),
            ]
        })?;
    Sealed::of(definition).map_err(|error| vec![error])
}

fn pinned(component: &Component, code: Option<String>) -> Pinned {
    let code = code.filter(|_| component.runtime == Runtime::Python);
    Pinned {
        hash: pinned_hash(component, code.as_deref()),
        record: component.clone(),
        code,
    }
}

fn unconsented(component: &Component) -> Error {
    Error::new(
        Code::InvalidService,
        format!(
            "`{}` is experimental, and nobody consented to running it as a service",
            component.pinned()
        ),
    )
    .field("allow_experimental")
    .hint(format!(
        "promote it with `tdev promote {}`, or say --allow-experimental",
        component.pinned()
    ))
}
