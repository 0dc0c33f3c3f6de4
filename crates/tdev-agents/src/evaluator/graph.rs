//! A plan laid flat: every step with what it calls, what it mentions, and whether it counts.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use tdev_core::component::{Component, Kind, Runtime};
use tdev_core::workflow::{Action, Catalog, Condition, Root, Step, Template, Workflow};

use super::liveness::{mark_duplicates, mark_live};

/// Deepest nesting of stored workflows that is followed.
const DEEPEST: usize = 8;

/// One step, wherever it is nested.
pub(super) struct Node<'a> {
    /// The step.
    pub(super) step: &'a Step,
    /// The components it runs: its own, or those of the stored workflow it runs.
    pub(super) components: Vec<Arc<Component>>,
    /// Whether everything it names is registered and may run.
    pub(super) known: bool,
    /// Ids of the steps it refers to itself.
    pub(super) mentions: BTreeSet<String>,
    /// The container it is in.
    pub(super) parent: Option<usize>,
    /// Whether something comes of it: its output is used, or it changes the world outside.
    pub(super) live: bool,
    /// Whether the same component was already called with the same input.
    pub(super) duplicate: bool,
}

impl Node<'_> {
    /// Whether it counts towards what the plan achieves.
    pub(super) fn counts(&self) -> bool {
        self.live && !self.duplicate
    }

    /// Whether it calls anything.
    pub(super) fn calls(&self) -> bool {
        matches!(
            self.step.action,
            Action::Call { .. } | Action::Workflow { .. }
        )
    }

    /// Whether it changes the world outside.
    pub(super) fn has_side_effects(&self) -> bool {
        self.components
            .iter()
            .any(|component| component.side_effects)
    }

    /// Whether it can fail for reasons that pass: a network, a service, a store, a model.
    pub(super) fn is_risky(&self) -> bool {
        self.components.iter().any(|component| {
            component.side_effects
                || matches!(
                    component.runtime,
                    Runtime::Http | Runtime::Lambda | Runtime::Mcp | Runtime::Prompt
                )
                || component.permissions.iter().any(|permission| {
                    permission.starts_with("net.") || permission.starts_with("db.")
                })
        })
    }

    /// The template it is given.
    pub(super) const fn input(&self) -> Option<&Value> {
        match &self.step.action {
            Action::Call { input, .. } | Action::Workflow { input, .. } => Some(input),
            _ => None,
        }
    }
}

/// Lays a workflow flat and finds what comes of each step.
pub(super) fn nodes<'a>(workflow: &'a Workflow, catalog: &Catalog) -> Vec<Node<'a>> {
    let mut nodes = Vec::new();
    flatten(&workflow.steps, None, catalog, &mut nodes);
    mark_live(workflow, &mut nodes);
    mark_duplicates(&mut nodes);
    nodes
}

fn flatten<'a>(
    steps: &'a [Step],
    parent: Option<usize>,
    catalog: &Catalog,
    nodes: &mut Vec<Node<'a>>,
) {
    for step in steps {
        let (components, known) = called(step, catalog, DEEPEST);
        let at = nodes.len();
        nodes.push(Node {
            step,
            components,
            known,
            mentions: mentions(step),
            parent,
            live: false,
            duplicate: false,
        });
        match &step.action {
            Action::Parallel { branches } => {
                for branch in branches {
                    flatten(branch, Some(at), catalog, nodes);
                }
            }
            Action::Block { steps, .. } => flatten(steps, Some(at), catalog, nodes),
            _ => {}
        }
    }
}

fn called(step: &Step, catalog: &Catalog, depth: usize) -> (Vec<Arc<Component>>, bool) {
    match &step.action {
        Action::Call { component, .. } => match catalog.component(component) {
            Ok(found) => (vec![Arc::clone(found)], true),
            Err(_) => (Vec::new(), false),
        },
        Action::Workflow { workflow, .. } => match catalog.workflow(workflow) {
            Ok(inner) if depth > 0 => {
                let mut all = (Vec::new(), true);
                all_called(&inner.steps, catalog, depth - 1, &mut all);
                all
            }
            _ => (Vec::new(), false),
        },
        _ => (Vec::new(), true),
    }
}

fn all_called(
    steps: &[Step],
    catalog: &Catalog,
    depth: usize,
    all: &mut (Vec<Arc<Component>>, bool),
) {
    for step in steps {
        let (components, known) = called(step, catalog, depth);
        all.0.extend(components);
        all.1 &= known;
        match &step.action {
            Action::Parallel { branches } => branches
                .iter()
                .for_each(|branch| all_called(branch, catalog, depth, all)),
            Action::Block { steps, .. } => all_called(steps, catalog, depth, all),
            _ => {}
        }
    }
}

/// The names of all components a workflow calls.
pub(super) fn components(workflow: &Workflow, catalog: &Catalog) -> BTreeSet<String> {
    let mut all = (Vec::new(), true);
    all_called(&workflow.steps, catalog, DEEPEST, &mut all);
    all.0
        .iter()
        .map(|component| component.name.clone())
        .collect()
}

/// Calls `note` with every string in a JSON value.
pub(super) fn strings(value: &Value, note: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => note(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, note)),
        Value::Object(map) => map.values().for_each(|item| strings(item, note)),
        _ => {}
    }
}

/// The steps a template refers to.
pub(super) fn referred(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    strings(value, &mut |text| {
        if let Ok(template) = Template::parse(text) {
            let paths = template.references().flat_map(|reference| &reference.paths);
            found.extend(paths.filter_map(|path| match &path.root {
                Root::Step(id) => Some(id.clone()),
                _ => None,
            }));
        }
    });
    found
}

fn mentions(step: &Step) -> BTreeSet<String> {
    let mut found = match &step.action {
        Action::Call { input, .. } | Action::Workflow { input, .. } => referred(input),
        Action::Approval(approval) => referred(&Value::String(approval.message.clone())),
        Action::Block {
            output: Some(output),
            ..
        } => referred(output),
        _ => BTreeSet::new(),
    };
    if let Some(each) = &step.each {
        found.extend(referred(&Value::String(each.items.clone())));
    }
    if let Some(condition) = step
        .condition
        .as_deref()
        .and_then(|text| Condition::parse(text).ok())
    {
        let paths = condition
            .references()
            .into_iter()
            .flat_map(|reference| &reference.paths);
        found.extend(paths.filter_map(|path| match &path.root {
            Root::Step(id) => Some(id.clone()),
            _ => None,
        }));
    }
    found
}

/// What a component costs to run against a plain tool's 1: a model's answer takes seconds and money.
pub(super) fn cost(component: &Component) -> f64 {
    match component.kind {
        Kind::Tool if component.permissions.iter().any(|p| p.starts_with("net.")) => 2.0,
        Kind::Tool => 1.0,
        Kind::Agent if component.runtime == Runtime::Prompt => 10.0,
        Kind::Agent => 4.0,
        Kind::Team => 10.0 * f64::from(component.brain_count.max(2)),
    }
}
