//! Flaws of a plan that is valid: failures not handled, steps nothing comes of, the same thing
//! done twice, more cost than needed, effects nobody was asked about.

use tdev_core::agent_io::Remedy;
use tdev_core::component::Status;
use tdev_core::workflow::{Action, ErrorPolicy};

use super::graph::{Node, cost};
use super::liveness::is_approved;
use super::rating::Criterion;

/// Mean share over the steps that count; nothing counted is nothing earned.
fn mean(shares: &[f64]) -> f64 {
    if shares.is_empty() {
        0.0
    } else {
        shares.iter().sum::<f64>() / shares.len() as f64
    }
}

/// Scores how steps that may fail for passing reasons are guarded.
pub(super) fn error_handling(weight: f64, nodes: &[Node<'_>]) -> Criterion {
    let mut shares = Vec::new();
    let mut doubts: Vec<(&str, &str, Remedy)> = Vec::new();
    for node in nodes.iter().filter(|node| node.counts() && node.calls()) {
        if !node.is_risky() {
            shares.push(if node.known { 1.0 } else { 0.0 });
            continue;
        }
        let step = node.step;
        let retried = step
            .retry
            .as_ref()
            .is_some_and(|retry| retry.max_attempts > 0);
        let limited = step.timeout_seconds.is_some()
            || node
                .components
                .iter()
                .all(|component| component.timeout_seconds.is_some());
        // Going on with a stated value is a decision about failure too, if a smaller one.
        let decided = step.on_error != ErrorPolicy::Fail;
        shares.push(
            match (retried, decided) {
                (true, true) => 0.65,
                (true, false) => 0.6,
                (false, true) => 0.25,
                (false, false) => 0.0,
            } + if limited { 0.35 } else { 0.0 },
        );
        if !retried {
            doubts.push((
                &step.id,
                "it may fail for a reason that passes: try again",
                Remedy::AddRetry,
            ));
        }
        if !limited {
            doubts.push((
                &step.id,
                "it may hang: give it a time limit",
                Remedy::AddTimeout,
            ));
        }
    }
    let mut criterion = Criterion::new("error_handling", weight, mean(&shares));
    for (step, message, remedy) in doubts {
        criterion.suggest(Some(step), message, Some(remedy));
    }
    criterion
}

/// Scores whether something comes of every step.
pub(super) fn dead_steps(weight: f64, nodes: &[Node<'_>]) -> Criterion {
    let dead: Vec<&str> = nodes
        .iter()
        .filter(|node| !node.live)
        .map(|node| node.step.id.as_str())
        .collect();
    let share = if nodes.is_empty() {
        0.0
    } else {
        falling(dead.len())
    };
    let mut criterion = Criterion::new("dead_steps", weight, share);
    for step in dead {
        criterion.suggest(
            Some(step),
            "nothing comes of it: its output is not used and it changes nothing",
            Some(Remedy::RemoveStep),
        );
    }
    criterion
}

/// Scores whether everything is done once.
pub(super) fn duplicates(weight: f64, nodes: &[Node<'_>]) -> Criterion {
    let twice: Vec<(&str, Option<String>)> = nodes
        .iter()
        .filter(|node| node.duplicate)
        .map(|node| {
            let first = nodes
                .iter()
                .find(|other| !other.duplicate && other.step.action == node.step.action)
                .map(|other| other.step.id.clone());
            (node.step.id.as_str(), first)
        })
        .collect();
    let share = if nodes.is_empty() {
        0.0
    } else {
        falling(twice.len())
    };
    let mut criterion = Criterion::new("duplicates", weight, share);
    for (step, first) in twice {
        criterion.suggest(
            Some(step),
            "the same component is already called with the same input: use what that gave",
            Some(first.map_or(Remedy::RemoveStep, |into| Remedy::MergeStep { into })),
        );
    }
    criterion
}

/// 1 for none, and always less for one more.
fn falling(count: usize) -> f64 {
    1.0 / (1.0 + 1.5 * count as f64)
}

/// Scores what a run costs in time and money, by what is called.
pub(super) fn cost_of(weight: f64, nodes: &[Node<'_>]) -> Criterion {
    let each = |node: &Node<'_>| {
        let times = if node.step.each.is_some() { 3.0 } else { 1.0 };
        times
            * node
                .components
                .iter()
                .map(|component| cost(component))
                .sum::<f64>()
    };
    let units: f64 = nodes.iter().map(each).sum();
    let share = if nodes.is_empty() {
        0.0
    } else {
        40.0 / (40.0 + units)
    };
    Criterion::new("cost", weight, share)
}

/// Scores what the plan may do without anybody being asked.
pub(super) fn security(weight: f64, nodes: &[Node<'_>]) -> Criterion {
    let mut shares = Vec::new();
    let mut doubts: Vec<(&str, String)> = Vec::new();
    for (at, node) in nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.counts() && node.calls())
    {
        let id = node.step.id.as_str();
        let mut share: f64 = if node.known { 1.0 } else { 0.0 };
        if node.has_side_effects() && !is_approved(nodes, at) {
            share -= 0.3;
            doubts.push((
                id,
                "it changes the world outside and nobody is asked: consider an approval before it"
                    .into(),
            ));
        }
        for component in &node.components {
            let grants = component.permissions.len() + component.secrets.len();
            if component.status == Status::Experimental && grants > 0 {
                share -= 0.4;
                doubts.push((
                    id,
                    format!(
                        "`{}` is unproven and asks for {}",
                        component.name,
                        [
                            component.permissions.join(", "),
                            component.secrets.join(", ")
                        ]
                        .iter()
                        .filter(|l| !l.is_empty())
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(", ")
                    ),
                ));
            }
            let broad = component
                .permissions
                .iter()
                .filter(|permission| !permission.contains(':'))
                .count();
            share -= 0.05 * broad.min(4) as f64;
        }
        if let Action::Call { input, .. } = &node.step.action
            && looks_secret(&input.to_string())
        {
            share = 0.0;
            doubts.push((
                id,
                "a credential stands in its input: name a secret instead".into(),
            ));
        }
        shares.push(share.max(0.0));
    }
    let mut criterion = Criterion::new("security", weight, mean(&shares));
    // Whether somebody is asked, and what is trusted, is for people to decide.
    for (step, message) in doubts {
        criterion.note(Some(step), message);
    }
    criterion
}

fn looks_secret(text: &str) -> bool {
    crate::classifier::secret_in(text).is_some()
}
