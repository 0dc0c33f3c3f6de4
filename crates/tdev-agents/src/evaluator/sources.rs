//! What a field of a step could be given: the workflow's inputs, and what other steps give.

use std::collections::BTreeSet;

use serde_json::Value;
use tdev_core::nearest::nearest;
use tdev_core::schema::{Field, Fit, fit};
use tdev_core::workflow::Workflow;

use super::graph::Node;
use crate::classifier::words::words;

/// Something a field could be given.
pub(super) struct Source {
    /// The reference to it.
    pub(super) reference: String,
    /// Whose it is; `None` for the workflow's input.
    pub(super) step: Option<usize>,
    pub(super) field: Field,
}

/// Whether a step needs another, however far back.
pub(super) fn depends(nodes: &[Node<'_>], step: usize, on: usize) -> bool {
    let Some(wanted) = nodes.get(on).map(|n| n.step.id.as_str()) else {
        return false;
    };
    let mut seen = BTreeSet::new();
    let mut open = vec![step];
    while let Some(node) = open.pop().and_then(|at| nodes.get(at)) {
        for id in &node.mentions {
            if id == wanted {
                return true;
            }
            if seen.insert(id.as_str()) {
                open.extend(nodes.iter().position(|n| n.step.id == *id));
            }
        }
    }
    false
}

/// What a step could be given: the workflow's inputs, and outputs of steps that do not need it.
pub(super) fn sources(at: Option<usize>, workflow: &Workflow, nodes: &[Node<'_>]) -> Vec<Source> {
    let mut all: Vec<Source> = workflow
        .input_schema
        .fields()
        .into_iter()
        .map(|field| Source {
            reference: format!("${{input.{}}}", field.name),
            step: None,
            field,
        })
        .collect();
    let parent = at.and_then(|at| nodes.get(at)).and_then(|n| n.parent);
    for (other, node) in nodes.iter().enumerate() {
        let reachable = node.parent.is_none() || node.parent == parent;
        let needs = at.is_some_and(|at| other == at || depends(nodes, other, at));
        let ([component], true, false, None) = (
            node.components.as_slice(),
            reachable,
            needs,
            &node.step.each,
        ) else {
            continue;
        };
        if node.duplicate || node.step.condition.is_some() {
            continue;
        }
        all.extend(
            component
                .output_schema
                .fields()
                .into_iter()
                .map(|field| Source {
                    reference: format!("${{{}.{}}}", node.step.id, field.name),
                    step: Some(other),
                    field,
                }),
        );
    }
    all
}

/// The source that fits a field best: by type, by name, by what nothing uses yet, by nearness.
pub(super) fn best(
    at: usize,
    name: &str,
    wanted: &Value,
    was: Option<&str>,
    workflow: &Workflow,
    nodes: &[Node<'_>],
) -> Option<Source> {
    let used: BTreeSet<&str> = nodes
        .iter()
        .flat_map(|n| n.mentions.iter().map(String::as_str))
        .collect();
    let score = |source: &Source| -> Option<f64> {
        let sure = match fit(&source.field.schema, wanted) {
            Fit::Yes => 1.0,
            Fit::Maybe => 0.5,
            Fit::No(_) => return None,
        };
        let alike = |wanted: &str| -> f64 {
            let given = source.field.name.as_str();
            if given.eq_ignore_ascii_case(wanted) {
                3.0
            } else if nearest(wanted, [given]).is_some() {
                1.5
            } else if words(given).iter().any(|word| words(wanted).contains(word)) {
                1.0
            } else {
                0.0
            }
        };
        let fresh = match source.step.and_then(|step| nodes.get(step)) {
            Some(node) if !used.contains(node.step.id.as_str()) => 0.6,
            Some(_) => 0.2,
            None => 0.0,
        };
        let near = source.step.map_or(0.0, |step| {
            if step < at {
                0.2 / (at - step) as f64
            } else {
                0.0
            }
        });
        Some(sure + alike(name).max(was.map_or(0.0, alike)) + fresh + near)
    };
    sources(Some(at), workflow, nodes)
        .into_iter()
        .filter_map(|source| score(&source).map(|score| (score, source)))
        .max_by(|a, b| {
            a.0.total_cmp(&b.0)
                .then_with(|| b.1.reference.cmp(&a.1.reference))
        })
        .map(|(_, source)| source)
}
