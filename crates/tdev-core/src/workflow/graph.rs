//! The order of steps: who waits for whom, and what may run side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::reference::Root;
use super::step::{Action, Step};
use super::{Condition, Template};
use serde_json::Value;

/// An arrangement of steps that keeps every dependence: positions in the list it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// One step.
    Step(usize),
    /// One after the other.
    Sequence(Vec<Order>),
    /// Side by side.
    Parallel(Vec<Order>),
}

/// The ids that become visible to a step's siblings once it has run.
pub(super) fn visible_ids(step: &Step) -> Vec<&str> {
    let mut ids = vec![step.id.as_str()];
    if let (Action::Parallel { branches }, None) = (&step.action, &step.each) {
        ids.extend(branches.iter().flatten().flat_map(visible_ids));
    }
    ids
}

/// Every step id that a step mentions, in itself or inside, its own inner ids left out.
pub(super) fn mentions(step: &Step) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(step, &mut found);
    found
}

fn collect(step: &Step, found: &mut BTreeSet<String>) {
    let mut note = |text: &str| {
        if let Ok(template) = Template::parse(text) {
            for reference in template.references() {
                note_paths(reference, found);
            }
        }
    };
    if let Some(each) = &step.each {
        note(&each.items);
    }
    let mut inside = BTreeSet::new();
    match &step.action {
        Action::Call { input, .. } | Action::Workflow { input, .. } => strings(input, &mut note),
        Action::Approval(approval) => note(&approval.message),
        Action::Parallel { branches } => branches
            .iter()
            .flatten()
            .for_each(|inner| collect(inner, &mut inside)),
        Action::Block { steps, output } => {
            steps.iter().for_each(|inner| collect(inner, &mut inside));
            if let Some(output) = output {
                strings(output, &mut |text| {
                    if let Ok(template) = Template::parse(text) {
                        template
                            .references()
                            .for_each(|r| note_paths(r, &mut inside));
                    }
                });
            }
        }
    }
    let own: BTreeSet<String> = step
        .inner()
        .iter()
        .flat_map(|inner| visible_ids(inner))
        .map(str::to_owned)
        .collect();
    found.extend(inside.difference(&own).cloned());
    if let Some(condition) = step
        .condition
        .as_deref()
        .and_then(|text| Condition::parse(text).ok())
    {
        condition
            .references()
            .into_iter()
            .for_each(|r| note_paths(r, found));
    }
}

fn note_paths(reference: &super::Reference, found: &mut BTreeSet<String>) {
    for path in &reference.paths {
        if let Root::Step(id) = &path.root {
            found.insert(id.clone());
        }
    }
}

/// Calls `note` with every string inside a JSON value.
pub(super) fn strings(value: &Value, note: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => note(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, note)),
        Value::Object(map) => map.values().for_each(|item| strings(item, note)),
        _ => {}
    }
}

/// For each step the positions of the siblings it waits for.
pub(super) fn dependencies(steps: &[Step]) -> Vec<BTreeSet<usize>> {
    let owner: BTreeMap<&str, usize> = steps
        .iter()
        .enumerate()
        .flat_map(|(at, step)| visible_ids(step).into_iter().map(move |id| (id, at)))
        .collect();
    steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            mentions(step)
                .iter()
                .filter_map(|id| owner.get(id.as_str()).copied())
                .filter(|o| *o != at)
                .collect()
        })
        .collect()
}

/// A cycle among the steps, as positions in its order, where there is one.
pub(super) fn cycle(dependencies: &[BTreeSet<usize>]) -> Option<Vec<usize>> {
    let mut left: BTreeSet<usize> = (0..dependencies.len()).collect();
    loop {
        let free: Vec<usize> = left
            .iter()
            .copied()
            .filter(|at| {
                dependencies
                    .get(*at)
                    .is_none_or(|deps| deps.is_disjoint(&left))
            })
            .collect();
        if free.is_empty() {
            break;
        }
        for at in free {
            left.remove(&at);
        }
    }
    let mut at = *left.first()?;
    let mut path = Vec::new();
    // Every step left waits for another one left, so walking on must come back to a step seen.
    while !path.contains(&at) {
        path.push(at);
        at = *dependencies.get(at)?.intersection(&left).next()?;
    }
    let begin = path.iter().position(|p| *p == at)?;
    Some(path.split_off(begin))
}

/// Arranges acyclic steps into sequences and parallel groups.
///
/// Independent groups run side by side. Inside a connected group, each step without
/// prerequisites heads a branch of all that waits for nothing else; what joins several branches
/// follows after them. The order of the list breaks ties.
pub(super) fn arrange(dependencies: &[BTreeSet<usize>]) -> Order {
    arrange_set(&(0..dependencies.len()).collect(), dependencies)
}

fn arrange_set(set: &BTreeSet<usize>, deps: &[BTreeSet<usize>]) -> Order {
    let groups = connected(set, deps);
    if groups.len() > 1 {
        return Order::Parallel(
            groups
                .iter()
                .map(|group| arrange_set(group, deps))
                .collect(),
        );
    }
    let waits_in =
        |at: usize, among: &BTreeSet<usize>| deps.get(at).is_some_and(|d| !d.is_disjoint(among));
    let sources: Vec<usize> = set
        .iter()
        .copied()
        .filter(|at| !waits_in(*at, set))
        .collect();
    let mut parts = Vec::new();
    let mut rest = set.clone();
    let branches: Vec<BTreeSet<usize>> = match sources.as_slice() {
        [one] => vec![BTreeSet::from([*one])],
        several => several
            .iter()
            .map(|source| branch_of(*source, set, deps))
            .collect(),
    };
    for branch in &branches {
        rest = rest.difference(branch).copied().collect();
    }
    match (branches.as_slice(), sources.as_slice()) {
        ([_], [one]) => parts.push(Order::Step(*one)),
        _ => parts.push(Order::Parallel(
            branches.iter().map(|b| arrange_set(b, deps)).collect(),
        )),
    }
    if !rest.is_empty() && rest.len() < set.len() {
        match arrange_set(&rest, deps) {
            Order::Sequence(more) => parts.extend(more),
            other => parts.push(other),
        }
    }
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => Order::Sequence(parts),
    }
}

/// A source and everything whose prerequisites inside the set all lie in its branch.
fn branch_of(source: usize, set: &BTreeSet<usize>, deps: &[BTreeSet<usize>]) -> BTreeSet<usize> {
    let mut branch = BTreeSet::from([source]);
    loop {
        let next = set.iter().copied().find(|at| {
            !branch.contains(at)
                && deps.get(*at).is_some_and(|d| {
                    let inside: BTreeSet<usize> = d.intersection(set).copied().collect();
                    !inside.is_empty() && inside.is_subset(&branch)
                })
        });
        match next {
            Some(at) => branch.insert(at),
            None => return branch,
        };
    }
}

fn connected(set: &BTreeSet<usize>, deps: &[BTreeSet<usize>]) -> Vec<BTreeSet<usize>> {
    let mut groups: Vec<BTreeSet<usize>> = Vec::new();
    for &at in set {
        let mut group: BTreeSet<usize> = BTreeSet::from([at]);
        if let Some(before) = deps.get(at) {
            let touches = |g: &BTreeSet<usize>| {
                !g.is_disjoint(before)
                    || g.iter()
                        .any(|o| deps.get(*o).is_some_and(|d| d.contains(&at)))
            };
            let (joined, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(touches);
            joined.into_iter().for_each(|g| group.extend(g));
            groups = apart;
        }
        groups.push(group);
    }
    groups.sort_by_key(|group| group.first().copied());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(edges: &[(usize, usize)], n: usize) -> Vec<BTreeSet<usize>> {
        let mut deps = vec![BTreeSet::new(); n];
        for (from, to) in edges {
            deps[*to].insert(*from);
        }
        deps
    }

    #[test]
    fn a_diamond_runs_its_middle_side_by_side() {
        let order = arrange(&of(&[(0, 1), (0, 2), (1, 3), (2, 3)], 4));
        assert_eq!(
            order,
            Order::Sequence(vec![
                Order::Step(0),
                Order::Parallel(vec![Order::Step(1), Order::Step(2)]),
                Order::Step(3)
            ])
        );
    }

    #[test]
    fn a_cycle_is_named_in_its_order() {
        assert_eq!(cycle(&of(&[(0, 1), (1, 2), (2, 1)], 3)), Some(vec![1, 2]));
    }

    /// Positions in an order a sequential reader would run them, checking dependence on the way.
    fn run(order: &Order, deps: &[BTreeSet<usize>], done: &BTreeSet<usize>) -> BTreeSet<usize> {
        match order {
            Order::Step(at) => {
                assert!(
                    deps[*at].is_subset(done),
                    "step {at} ran before its prerequisites"
                );
                BTreeSet::from([*at])
            }
            Order::Sequence(parts) => {
                let mut seen = done.clone();
                for part in parts {
                    let new = run(part, deps, &seen);
                    seen.extend(new);
                }
                seen.difference(done).copied().collect()
            }
            // Each branch sees only what was done before the group.
            Order::Parallel(parts) => parts
                .iter()
                .flat_map(|part| run(part, deps, done))
                .collect(),
        }
    }

    proptest! {
        #[test]
        fn every_arrangement_keeps_every_dependence(n in 1usize..9, edges in prop::collection::vec((0usize..9, 0usize..9), 0..16)) {
            let edges: Vec<_> = edges.into_iter().filter(|(a, b)| a < b && *b < n).collect();
            let deps = of(&edges, n);
            prop_assert_eq!(cycle(&deps), None);
            let all = run(&arrange(&deps), &deps, &BTreeSet::new());
            prop_assert_eq!(all.len(), n);
        }
    }
}
