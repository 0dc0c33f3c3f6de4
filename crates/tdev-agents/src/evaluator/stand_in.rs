//! Which registered component could stand in for another, or for a step that is not there.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tdev_core::agent_io::Remedy;
use tdev_core::component::{Component, Status};
use tdev_core::nearest::nearest;
use tdev_core::workflow::{Action, Catalog, Root, Template, Workflow};

use super::graph::{Node, referred, strings};
use super::mending::{Mend, segment};
use super::sources::best;
use crate::classifier::words::{component_words, words};

/// A stable component that takes what a step is given and gives what others use of it.
pub(super) fn substitute(
    node: &Node<'_>,
    workflow: &Workflow,
    nodes: &[Node<'_>],
    catalog: &Catalog,
) -> Option<String> {
    let Action::Call { component, input } = &node.step.action else {
        return None;
    };
    let given: BTreeSet<&str> = input
        .as_object()
        .map(|fields| fields.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let wanted = used_fields(&node.step.id, workflow, nodes);
    let fits = |other: &Arc<Component>| {
        let takes = other.input_schema.fields();
        other.name != component.name
            && other.status == Status::Stable
            && takes
                .iter()
                .filter(|f| f.required)
                .all(|f| given.contains(f.name.as_str()))
            && given
                .iter()
                .all(|name| takes.iter().any(|f| f.name == *name))
            && wanted
                .iter()
                .all(|name| other.output_schema.field(name).is_some())
    };
    let named: BTreeSet<String> = match node.components.first() {
        Some(current) => component_words(current).into_keys().collect(),
        None => words(&component.name).into_iter().collect(),
    };
    let goal: BTreeSet<String> = words(&workflow.description).into_iter().collect();
    catalog
        .newest()
        .filter(|other| fits(other))
        .map(|other| {
            let own = component_words(other);
            let shared = own.keys().filter(|word| named.contains(*word)).count() * 2
                + own.keys().filter(|word| goal.contains(*word)).count();
            let close = nearest(&component.name, [other.name.as_str()]).map_or(0, |_| 3);
            (shared + close, other)
        })
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.name.cmp(&a.1.name)))
        .map(|(_, other)| other.name.clone())
}

/// The fields of a step's output that others mention.
fn used_fields(id: &str, workflow: &Workflow, nodes: &[Node<'_>]) -> BTreeSet<String> {
    let mut texts: Vec<String> = Vec::new();
    let templates = nodes
        .iter()
        .filter_map(Node::input)
        .chain(workflow.output.as_ref());
    for template in templates.filter(|template| referred(template).contains(id)) {
        strings(template, &mut |text| texts.push(text.to_owned()));
    }
    texts
        .iter()
        .filter_map(|text| Template::parse(text).ok())
        .flat_map(|template| {
            let paths = template.references().flat_map(|reference| &reference.paths);
            paths
                .filter(|path| path.root == Root::Step(id.to_owned()))
                .filter_map(|path| path.segments.first().and_then(segment).map(str::to_owned))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The step that is not there but referred to: one that gives such a field, from what there is.
pub(super) fn added(
    at: usize,
    id: &str,
    gives: &str,
    workflow: &Workflow,
    nodes: &[Node<'_>],
    catalog: &Catalog,
) -> Option<Mend> {
    let goal: BTreeSet<String> = words(&workflow.description).into_iter().collect();
    let done: BTreeSet<&str> = nodes
        .iter()
        .flat_map(|node| {
            node.components
                .iter()
                .map(|component| component.name.as_str())
        })
        .collect();
    let whole = |component: &Component| -> Option<Map<String, Value>> {
        let required = component.input_schema.fields();
        required
            .into_iter()
            .filter(|field| field.required)
            .map(|field| {
                let found = best(at, &field.name, &field.schema, None, workflow, nodes)?;
                Some((field.name, json!(found.reference)))
            })
            .collect()
    };
    let (_, component, input) = catalog
        .newest()
        .filter(|c| c.status == Status::Stable && !done.contains(c.name.as_str()))
        .filter(|c| c.output_schema.field(gives).is_some())
        .filter_map(|component| {
            let own = component_words(component);
            let asked = own.keys().filter(|word| goal.contains(*word)).count();
            (asked > 0)
                .then(|| whole(component).map(|input| (asked, component, input)))
                .flatten()
        })
        .max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.name.cmp(&a.1.name)))?;
    Some(Mend {
        step: nodes.get(at).map(|n| n.step.id.clone()),
        field: None,
        message: format!(
            "put a step `{id}` before it that calls `{}`",
            component.name
        ),
        remedy: Remedy::AddStep {
            id: id.to_owned(),
            component: component.name.clone(),
            input,
        },
    })
}
