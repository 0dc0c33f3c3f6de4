//! The referee: whether a proposal may become the plan. Pure; the model has no say in it.

use serde_json::Value;
use tdev_core::agent_io::{AgentSpec, Plan, PlanRequest};
use tdev_core::component::{Component, ComponentRef};
use tdev_core::nearest::did_you_mean;
use tdev_core::workflow::{Action, Catalog, Step, Workflow, check};
use tdev_core::{Code, Error};

use super::proposal::{Proposal, Proposed};
use crate::composer::workflow_id;

/// Components that may be generated for one plan.
const MOST_MISSING: usize = 4;
/// Characters of the model's own reasons.
const MOST_WORDS: usize = 600;

/// What a proposal is held against.
pub(super) struct Referee<'a> {
    pub(super) request: &'a PlanRequest,
    pub(super) catalog: &'a Catalog,
    /// The components that may appear.
    pub(super) shortlist: &'a [&'a Component],
    /// Whether the plan is run with the inputs that are given, and with no others.
    pub(super) inputs: Inputs,
}

/// Where a workflow's inputs come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inputs {
    /// From the request.
    Given,
    /// From whoever runs it later.
    Later,
}

impl Referee<'_> {
    /// The plan, where the proposal is sound.
    ///
    /// # Errors
    /// Every fault that was found.
    pub(super) fn judge(&self, proposal: Proposal) -> Result<Plan, Vec<Error>> {
        let workflow = match (proposal.workflow, proposal.missing.as_slice()) {
            (None, []) => {
                return Err(vec![
                    fault("nothing is proposed and nothing is missing").field("workflow"),
                ]);
            }
            // What is missing is made first; then the goal is planned anew.
            (_, [_, ..]) => {
                self.specs(&proposal.missing)?;
                super::super::nothing()
            }
            (Some(proposed), []) => self.workflow(proposed)?,
        };
        Ok(Plan {
            workflow,
            missing: proposal.missing,
            rationale: words(&proposal.rationale),
            confidence: proposal.confidence.clamp(0.0, 1.0),
            provenance: None,
        })
    }

    fn workflow(&self, proposed: Proposed) -> Result<Workflow, Vec<Error>> {
        let mut faults = Vec::new();
        let mut steps = proposed.steps;
        for step in &mut steps {
            self.known(step, &mut faults);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let workflow = Workflow {
            id: workflow_id(&self.request.goal),
            description: self.request.goal.clone(),
            input_schema: proposed.input_schema,
            steps,
            output: proposed.output,
            ..Workflow::default()
        };
        let checked = check(&workflow, self.catalog)?;
        if self.inputs == Inputs::Given {
            self.satisfied(&workflow).map_err(|fault| vec![fault])?;
        }
        Ok(checked.workflow)
    }

    /// Holds a step, and those in it, to the shortlist, and pins what it calls to the version
    /// that was listed.
    fn known(&self, step: &mut Step, faults: &mut Vec<Error>) {
        let place = format!("steps.{}", step.id);
        match &mut step.action {
            Action::Call { component, .. } => match self.listed(component) {
                Ok(listed) => *component = listed.pinned(),
                Err(error) => faults.push(error.field(format!("{place}.agent"))),
            },
            Action::Workflow { .. } => {
                faults.push(fault("stored workflows are not listed").field(place));
            }
            Action::Parallel { branches } => {
                for step in branches.iter_mut().flatten() {
                    self.known(step, faults);
                }
            }
            Action::Block { steps, .. } => {
                for step in steps {
                    self.known(step, faults);
                }
            }
            Action::Approval(_) => {}
        }
    }

    fn listed(&self, reference: &ComponentRef) -> Result<&Component, Error> {
        let found = self.shortlist.iter().find(|listed| {
            listed.name == reference.name
                && reference.version.is_none_or(|v| v == listed.version_id)
        });
        found.copied().ok_or_else(|| {
            let names = self.shortlist.iter().map(|c| c.name.as_str());
            fault(format!("`{reference}` is not among the listed components"))
                .hint_opt(did_you_mean(&reference.name, names))
        })
    }

    /// A run brings the inputs that it was given and no others.
    fn satisfied(&self, workflow: &Workflow) -> Result<(), Error> {
        let mut given = self.request.inputs.clone();
        for field in workflow.input_schema.fields() {
            if let Some(default) = field.default() {
                given
                    .entry(field.name.clone())
                    .or_insert_with(|| default.clone());
            }
            if field.required && !given.contains_key(&field.name) {
                let names = self.request.inputs.keys().map(String::as_str);
                return Err(fault(format!("no input `{}` is given", field.name))
                    .field(format!("input_schema.{}", field.name))
                    .hint_opt(did_you_mean(&field.name, names)));
            }
        }
        workflow
            .input_schema
            .check(&Value::Object(given))
            .map_err(|error| {
                // The value itself stays here.
                fault("the inputs that are given do not fit the input schema")
                    .field(format!("input_schema.{}", error.field.unwrap_or_default()))
            })
    }

    fn specs(&self, missing: &[AgentSpec]) -> Result<(), Vec<Error>> {
        let mut faults = Vec::new();
        if missing.len() > MOST_MISSING {
            faults.push(
                fault(format!("more than {MOST_MISSING} components are missing")).field("missing"),
            );
        }
        for (at, spec) in missing.iter().enumerate() {
            let place = format!("missing[{at}]");
            if spec.goal.trim().is_empty() {
                faults
                    .push(fault("a missing component has no goal").field(format!("{place}.goal")));
            }
            if !spec.output_schema.is_described() {
                faults.push(
                    fault("a missing component returns nothing that is named")
                        .field(format!("{place}.output_schema")),
                );
            }
            for tool in &spec.tools {
                let reference = ComponentRef {
                    name: tool.clone(),
                    version: None,
                };
                if let Err(error) = self.listed(&reference) {
                    faults.push(error.field(format!("{place}.tools")));
                }
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }
}

fn fault(message: impl Into<String>) -> Error {
    Error::new(Code::InvalidWorkflow, message)
}

/// The model's words as one bounded line.
fn words(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_WORDS)
        .collect();
    if line.is_empty() {
        "the language model gave no reason".into()
    } else {
        line
    }
}
