//! What comes of each step of a plan: whether it is used, repeated, or waits for a person.

use std::collections::{BTreeMap, BTreeSet};

use tdev_core::workflow::{Action, Step, Workflow};

use super::graph::{Node, referred};

/// Follows use backwards from the workflow's output and from what changes the world.
pub(super) fn mark_live(workflow: &Workflow, nodes: &mut [Node<'_>]) {
    let by_id: BTreeMap<String, usize> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| (node.step.id.clone(), at))
        .collect();
    let mut wanted: Vec<usize> = match &workflow.output {
        Some(output) => referred(output)
            .iter()
            .filter_map(|id| by_id.get(id).copied())
            .collect(),
        None => workflow
            .steps
            .last()
            .and_then(|last| by_id.get(&last.id).copied())
            .into_iter()
            .collect(),
    };
    wanted.extend(nodes.iter().enumerate().filter_map(|(at, node)| {
        (node.has_side_effects() || matches!(node.step.action, Action::Approval(_))).then_some(at)
    }));
    let mut contents_wanted: Vec<bool> = vec![false; nodes.len()];
    for at in &wanted {
        if let Some(flag) = contents_wanted.get_mut(*at) {
            *flag = true;
        }
    }
    while let Some(at) = wanted.pop() {
        let Some(node) = nodes.get_mut(at) else {
            continue;
        };
        let first = !std::mem::replace(&mut node.live, true);
        let (step, parent, mentions) = (node.step, node.parent, node.mentions.clone());
        if first {
            for id in &mentions {
                if let Some(used) = by_id.get(id) {
                    wanted.push(*used);
                    if let Some(flag) = contents_wanted.get_mut(*used) {
                        *flag = true;
                    }
                }
            }
            // A step inside keeps its container, but not its siblings.
            wanted.extend(parent.filter(|p| nodes.get(*p).is_some_and(|p| !p.live)));
        }
        // A container whose output is used gives what its steps give: all branches, or the last.
        if std::mem::take(contents_wanted.get_mut(at).unwrap_or(&mut false)) {
            let inside: Vec<&Step> = match &step.action {
                Action::Parallel { branches } => branches.iter().flatten().collect(),
                Action::Block {
                    steps,
                    output: None,
                } => steps.last().into_iter().collect(),
                _ => Vec::new(),
            };
            for inner in inside {
                if let Some(used) = by_id.get(&inner.id) {
                    wanted.push(*used);
                    if let Some(flag) = contents_wanted.get_mut(*used) {
                        *flag = true;
                    }
                }
            }
        }
    }
}

/// Marks the steps that do again what was already done.
pub(super) fn mark_duplicates(nodes: &mut [Node<'_>]) {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for node in nodes {
        let key = match &node.step.action {
            Action::Call { component, input } => format!("{}|{input}", component.name),
            Action::Workflow { workflow, input } => format!("{}|{input}", workflow.name),
            _ => continue,
        };
        let place = format!(
            "{key}|{:?}|{:?}|{:?}",
            node.parent,
            node.step.condition,
            node.step.each.as_ref().map(|each| &each.items)
        );
        node.duplicate = !seen.insert(place);
    }
}

/// Whether a step waits for a person's answer before it runs, itself or through its containers.
pub(super) fn is_approved(nodes: &[Node<'_>], at: usize) -> bool {
    let by_id: BTreeMap<&str, usize> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| (node.step.id.as_str(), at))
        .collect();
    let mut open = vec![at];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        let Some(node) = nodes.get(at).filter(|_| seen.insert(at)) else {
            continue;
        };
        if matches!(node.step.action, Action::Approval(_)) {
            return true;
        }
        open.extend(
            node.mentions
                .iter()
                .filter_map(|id| by_id.get(id.as_str()).copied()),
        );
        open.extend(node.parent);
    }
    false
}
