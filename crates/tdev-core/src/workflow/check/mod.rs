//! The checker: what a workflow must satisfy before it is stored or run, and its pinned form.

mod flows;
mod scope;
mod steps;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::catalog::Catalog;
use super::step::{Action, Step};
use super::{Workflow, legacy};
use crate::component::ComponentRef;
use crate::{Code, Error};
pub(super) use flows::{projects, reference_flow};
pub(super) use scope::{Flow, Scope};

/// A workflow that passed: normalised, with every component pinned, and its nested workflows.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The pinned form, the one that is stored.
    pub workflow: Workflow,
    /// Nested workflows by pinned reference, each checked too.
    pub(super) nested: BTreeMap<ComponentRef, Arc<Checked>>,
    /// What each step gives, by id; ids are unique in a workflow.
    pub(super) flows: BTreeMap<String, Flow>,
    /// JSON Schema of the output.
    pub output: Value,
}

/// Checks a workflow against what is registered, and pins it.
///
/// # Errors
/// Every fault found, each naming step, field, reason and the nearest right name.
pub fn check(workflow: &Workflow, catalog: &Catalog) -> Result<Checked, Vec<Error>> {
    checked(workflow, catalog, &mut Vec::new())
}

fn checked(
    workflow: &Workflow,
    catalog: &Catalog,
    stack: &mut Vec<String>,
) -> Result<Checked, Vec<Error>> {
    let mut workflow = workflow.clone();
    legacy::modernise(&mut workflow, catalog);
    let mut checker = Checker {
        catalog,
        faults: Vec::new(),
        nested: BTreeMap::new(),
        flows: BTreeMap::new(),
        seen: Vec::new(),
        stack,
    };
    if let Err(fault) = workflow.input_schema.validate_shape() {
        checker.faults.push(fault.field("input_schema"));
    }
    if workflow.steps.is_empty() {
        checker.faults.push(
            Error::new(Code::InvalidWorkflow, "a workflow needs at least one step").field("steps"),
        );
    }
    let mut scope = Scope::of_input(&workflow.input_schema);
    checker.block(&mut workflow.steps, &mut scope, "steps");
    let output = checker.output(workflow.output.as_ref(), &workflow.steps, &scope, "output");
    let Checker {
        faults,
        nested,
        flows,
        ..
    } = checker;
    if faults.is_empty() {
        Ok(Checked {
            workflow,
            nested,
            flows,
            output: output.schema,
        })
    } else {
        Err(faults)
    }
}

/// What the walk over one workflow carries along.
pub(super) struct Checker<'a> {
    catalog: &'a Catalog,
    faults: Vec<Error>,
    nested: BTreeMap<ComponentRef, Arc<Checked>>,
    flows: BTreeMap<String, Flow>,
    seen: Vec<String>,
    /// Ids of the workflows being checked, outermost first.
    stack: &'a mut Vec<String>,
}

impl Checker<'_> {
    fn fault(&mut self, place: &str, message: impl Into<String>) -> &mut Error {
        self.push(Error::new(Code::InvalidWorkflow, message).field(place))
    }

    fn push(&mut self, error: Error) -> &mut Error {
        let at = self.faults.len();
        self.faults.push(error);
        // The element just pushed is there.
        #[expect(clippy::indexing_slicing, reason = "pushed on the line above")]
        &mut self.faults[at]
    }

    /// The flow of a block's result: its output template, else its last step.
    fn output(
        &mut self,
        template: Option<&Value>,
        steps: &[Step],
        scope: &Scope,
        place: &str,
    ) -> Flow {
        match template {
            Some(template) => self.template(template, scope, place),
            None => steps
                .last()
                .and_then(|step| scope.step(&step.id))
                .cloned()
                .unwrap_or_default(),
        }
    }

    /// Looks up and checks a nested workflow, refusing one that contains itself.
    fn nest(
        &mut self,
        reference: &ComponentRef,
        place: &str,
    ) -> Option<(ComponentRef, Arc<Checked>)> {
        let workflow = match self.catalog.workflow(reference) {
            Ok(workflow) => Arc::clone(workflow),
            Err(error) => {
                self.push(error.field(place));
                return None;
            }
        };
        let pinned = ComponentRef {
            name: workflow.id.clone(),
            version: Some(workflow.version_id),
        };
        if let Some(known) = self.nested.get(&pinned) {
            return Some((pinned, Arc::clone(known)));
        }
        if self.stack.contains(&workflow.id) || self.stack.len() > 16 {
            let way = self.stack.join(" → ");
            self.fault(
                place,
                format!("the workflow `{}` would run itself ({way})", workflow.id),
            );
            return None;
        }
        self.stack.push(workflow.id.clone());
        let inner = checked(&workflow, self.catalog, self.stack);
        self.stack.pop();
        match inner {
            Ok(inner) => {
                let inner = Arc::new(inner);
                self.nested.insert(pinned.clone(), Arc::clone(&inner));
                Some((pinned, inner))
            }
            Err(faults) => {
                for fault in faults {
                    let inside = fault.field.clone().unwrap_or_default();
                    self.push(fault.field(format!("{place}.{}.{inside}", workflow.id)));
                }
                None
            }
        }
    }
}

/// Whether a step's condition speaks of the item of its own loop.
pub(super) fn filters_items(step: &Step) -> bool {
    step.each.is_some()
        && step
            .condition
            .as_deref()
            .and_then(|text| super::Condition::parse(text).ok())
            .is_some_and(|condition| {
                condition
                    .references()
                    .iter()
                    .flat_map(|r| &r.paths)
                    .any(|p| matches!(p.root, super::Root::Item | super::Root::Index))
            })
}

/// Whether retry and timeout mean anything for what a step does.
pub(super) const fn calls(step: &Step) -> bool {
    matches!(step.action, Action::Call { .. })
}
