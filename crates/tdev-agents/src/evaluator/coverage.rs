//! Whether a plan does what the goal says: its words by what the steps' components say of
//! themselves, its literals by where they stand in the plan.

use std::collections::BTreeSet;

use serde_json::Value;
use tdev_core::agent_io::{AgentSpec, Remedy};
use tdev_core::workflow::{Action, Catalog, Workflow};

use super::graph::{Node, strings};
use super::rating::Criterion;
use crate::classifier::words::{component_words, words};

/// What a word that no registered component knows weighs: most are names and fill-words.
const UNKNOWN: f64 = 0.5;

/// Scores the coverage of a goal.
pub(super) fn coverage(
    weight: f64,
    goal: Option<&str>,
    missing: &[AgentSpec],
    workflow: &Workflow,
    nodes: &[Node<'_>],
    catalog: &Catalog,
) -> Criterion {
    let goal = goal
        .filter(|goal| !goal.trim().is_empty())
        .or(Some(workflow.description.as_str()).filter(|d| !d.trim().is_empty()));
    let done = done(nodes, catalog);
    let share = goal.map_or(0.75, |goal| share_of(goal, &done, workflow, nodes, catalog));
    let doing = nodes
        .iter()
        .filter(|node| node.counts() && node.calls())
        .count();
    let lacking = if missing.is_empty() {
        1.0
    } else {
        doing as f64 / (doing + missing.len()) as f64
    };
    let mut criterion = Criterion::new(
        "goal_coverage",
        weight,
        if doing == 0 { 0.0 } else { share * lacking },
    );
    for spec in missing {
        criterion.note(None, format!("nothing does this yet: {}", spec.goal));
    }
    match goal {
        None => criterion.note(
            None,
            "say what the workflow is for, so that it can be judged by it",
        ),
        Some(goal) => {
            let known = known(catalog);
            let open: Vec<String> = clauses(goal)
                .into_iter()
                .filter(|clause| part_of_plan(clause, &done, &known, nodes) < 0.3)
                .collect();
            for clause in open {
                let message = format!("no step does `{}`: plan again", clause.trim());
                criterion.suggest(None, message, Some(Remedy::PlanAgain));
            }
        }
    }
    criterion
}

/// Every word that any registered component says of itself.
fn known(catalog: &Catalog) -> BTreeSet<String> {
    catalog
        .newest()
        .flat_map(|component| component_words(component).into_keys())
        .collect()
}

/// What the counting steps do, in words: all of it, and each step's own.
struct Done {
    all: BTreeSet<String>,
    each: Vec<BTreeSet<String>>,
}

/// The words of what the counting steps do, and of the constants they are given.
fn done(nodes: &[Node<'_>], catalog: &Catalog) -> Done {
    let counting = nodes.iter().filter(|node| node.counts());
    let each: Vec<BTreeSet<String>> = counting.map(|node| done_by(node, catalog)).collect();
    let all = each.iter().flatten().cloned().collect();
    Done { all, each }
}

fn done_by(node: &Node<'_>, catalog: &Catalog) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for component in &node.components {
        all.extend(component_words(component).into_keys());
    }
    match &node.step.action {
        Action::Workflow { workflow, .. } => {
            if let Ok(inner) = catalog.workflow(workflow) {
                all.extend(words(&inner.id));
                all.extend(words(&inner.description));
            }
        }
        Action::Approval(approval) => {
            all.extend(words("approval approve ask person confirm review"));
            all.extend(words(&approval.message));
        }
        _ => {}
    }
    if let Some(input) = node.input() {
        strings(input, &mut |text| {
            if !text.contains("${") {
                all.extend(words(text));
            }
        });
    }
    all
}

fn share_of(
    goal: &str,
    done: &Done,
    workflow: &Workflow,
    nodes: &[Node<'_>],
    catalog: &Catalog,
) -> f64 {
    let (prose, literals) = split_literals(goal);
    let known = known(catalog);
    let parts: Vec<f64> = clauses(&prose)
        .iter()
        .filter(|c| !words(c).is_empty())
        .map(|clause| part_of_plan(clause, done, &known, nodes))
        .collect();
    let spoken = if parts.is_empty() {
        1.0
    } else {
        parts.iter().map(|p| 1.0 - (1.0 - p).powi(2)).sum::<f64>() / parts.len() as f64
    };
    if literals.is_empty() {
        return spoken;
    }
    let placed = literals
        .iter()
        .map(|literal| placed(literal, workflow, nodes))
        .sum::<f64>()
        / literals.len() as f64;
    0.8 * spoken + 0.2 * placed
}

/// The share of a clause that the plan does; a condition is met by a step that has one.
fn part_of_plan(clause: &str, done: &Done, known: &BTreeSet<String>, nodes: &[Node<'_>]) -> f64 {
    let opening = clause
        .split_whitespace()
        .find(|word| !matches!(*word, "and" | "then" | "but"));
    if opening.is_some_and(|word| matches!(word.to_lowercase().as_str(), "if" | "when" | "unless"))
    {
        let conditional = nodes.iter().any(|node| node.step.condition.is_some());
        return if conditional { 1.0 } else { 0.0 };
    }
    // What one step does by itself counts more than the same words scattered over several.
    let alone = done
        .each
        .iter()
        .map(|own| part(clause, own, known))
        .fold(0.0, f64::max);
    0.4 * part(clause, &done.all, known) + 0.6 * alone
}

/// The weighted share of a clause's words that are done.
fn part(clause: &str, done: &BTreeSet<String>, known: &BTreeSet<String>) -> f64 {
    let (mut of, mut all) = (0.0, 0.0);
    for word in words(clause).into_iter().collect::<BTreeSet<_>>() {
        let weight = if known.contains(&word) { 1.0 } else { UNKNOWN };
        all += weight;
        if done.iter().any(|has| alike(has, &word)) {
            of += weight;
        }
    }
    if all > 0.0 { of / all } else { 1.0 }
}

/// The same word, or one grown from the other: `translat` and `translation`.
fn alike(a: &str, b: &str) -> bool {
    a == b || (a.len() >= 5 && b.starts_with(a)) || (b.len() >= 5 && a.starts_with(b))
}

/// A goal cut where one intent ends and the next begins. A lone word goes with what is before it.
fn clauses(goal: &str) -> Vec<String> {
    let marked = goal
        .replace([',', ';', '\n'], " | ")
        .replace(". ", " | ")
        .replace(" then ", " | ")
        .replace(" and ", " | ");
    let mut clauses: Vec<String> = Vec::new();
    for piece in marked
        .split('|')
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
    {
        match clauses.last_mut() {
            Some(before) if words(piece).len() < 2 => {
                before.push(' ');
                before.push_str(piece);
            }
            _ => clauses.push(piece.to_owned()),
        }
    }
    clauses
}

/// The goal without its literals, and they: quoted text, numbers, addresses.
fn split_literals(goal: &str) -> (String, Vec<String>) {
    let mut literals = Vec::new();
    let mut prose = String::new();
    let mut rest = goal;
    while let Some(at) = rest.find(['"', '`', '“']) {
        let (before, from) = rest.split_at(at);
        let mut chars = from.chars();
        let closing = match chars.next() {
            Some('“') => '”',
            Some(other) => other,
            None => break,
        };
        let inside = chars.as_str();
        let Some(end) = inside.find(closing) else {
            break;
        };
        prose.push_str(before);
        literals.extend(inside.get(..end).map(str::to_owned));
        rest = inside
            .get(end..)
            .and_then(|tail| tail.strip_prefix(closing))
            .unwrap_or("");
    }
    prose.push_str(rest);
    let mut plain = Vec::new();
    for token in prose.split_whitespace() {
        let bare = token.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        if bare.contains('@') || bare.contains("://") || bare.parse::<f64>().is_ok() {
            literals.push(bare.to_owned());
            // What separates clauses stays.
            plain.push(if token.ends_with([',', ';', '.']) {
                ","
            } else {
                ""
            });
        } else {
            plain.push(token);
        }
    }
    (plain.join(" "), literals)
}

/// Whether a literal stands in the plan; half where it can only come in as the plan's input.
fn placed(literal: &str, workflow: &Workflow, nodes: &[Node<'_>]) -> f64 {
    let quoted = Value::String(literal.to_owned()).to_string();
    let inside = quoted.trim_matches('"');
    let stands = nodes.iter().filter(|node| node.counts()).any(|node| {
        node.input().is_some_and(|input| input.to_string().contains(inside))
            || node.step.condition.as_deref().is_some_and(|condition| condition.contains(literal))
            || matches!(&node.step.action, Action::Approval(approval) if approval.message.contains(literal))
    });
    if stands
        || workflow
            .output
            .as_ref()
            .is_some_and(|output| output.to_string().contains(inside))
    {
        1.0
    } else if workflow.input_schema.is_described() {
        0.5
    } else {
        0.0
    }
}
