//! What worked before: past runs and stored workflows, and what they say of a goal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tdev_core::Result;
use tdev_core::component::Component;
use tdev_core::ports::{PastPlan, PastPlans};
use tdev_core::vector::Vector;
use tdev_core::workflow::Catalog;

use crate::cases::{Advice, Case, Composer, Outline, Past, Same, case_of};
use crate::composer::{Composition, Given, Goal, Library, adopt, compose, stems};
use crate::retrieval::Retriever;

/// Runs that are remembered: the newest.
const RUNS: usize = 1_000;
/// Cases that are asked: those that share most words with the goal.
const ASKED: usize = 64;
/// With fewer cases nothing is known of how far to believe them: they speak only where nothing else
/// covers the goal.
const FEW: usize = 20;
/// A past goal less alike than this is no reason to plan otherwise.
const ALIKE: f32 = 0.3;

/// The plans of past runs, each read once.
#[derive(Default)]
pub(super) struct Memory {
    runs: Mutex<Vec<PastPlan>>,
}

impl Memory {
    /// Every case that a goal may be planned by: stored workflows, then runs, oldest first.
    pub(super) async fn cases(&self, past: &dyn PastPlans, catalog: &Catalog) -> Result<Vec<Case>> {
        let held = || self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let place = held().last().map_or(0, |run| run.place);
        let new = past.after(place, RUNS).await?;
        let stored = catalog.newest_workflows().filter_map(|workflow| {
            let source = format!("workflow `{}@{}`", workflow.id, workflow.version_id);
            case_of(&workflow.description, workflow, source)
        });
        let mut cases: Vec<Case> = stored.collect();
        let mut runs = held();
        // Another plan may have read the same meanwhile.
        let place = runs.last().map_or(0, |run| run.place);
        runs.extend(new.into_iter().filter(|run| run.place > place));
        let over = runs.len().saturating_sub(RUNS);
        runs.drain(..over);
        cases.extend(runs.iter().filter_map(|run| {
            let source = format!("run `{}` (“{}”)", run.run_id, run.goal);
            case_of(&run.goal, &run.workflow, source)
        }));
        Ok(cases)
    }
}

/// The composer over the components that may be used.
struct Known<'a> {
    components: BTreeMap<&'a str, &'a Arc<Component>>,
    library: &'a Library,
    given: &'a Given<'a>,
}

impl Composer for Known<'_> {
    fn plan(&self, case: &Case) -> Option<Outline> {
        let found = compose(&Goal::of(&case.goal), self.library, self.given);
        Some(outline(&found))
    }

    fn join(&self, case: &Case, nodes: &[&str]) -> Outline {
        outline(&self.adopted(&case.goal, nodes, 0.0))
    }

    fn names(&self, _: &Case) -> Vec<&str> {
        self.components.keys().copied().collect()
    }
}

impl Known<'_> {
    fn adopted(&self, goal: &str, nodes: &[&str], coverage: f64) -> Composition {
        let chosen: Vec<Arc<Component>> = nodes
            .iter()
            .filter_map(|name| self.components.get(name).map(|c| Arc::clone(c)))
            .collect();
        Composition::adopted(adopt(goal, &chosen, self.given), coverage)
    }
}

/// What was composed, by its names; nothing where some of the goal is not covered.
fn outline(found: &Composition) -> Outline {
    let name = |at: usize| found.draft.nodes.get(at).map_or("", |n| &n.component.name);
    if !found.uncovered.is_empty() {
        return Outline::default();
    }
    let mut plan = Outline::default();
    for (at, node) in found.draft.nodes.iter().enumerate() {
        plan.nodes.push(name(at).to_owned());
        plan.edges.extend(
            node.feeds()
                .map(|from| (name(from).to_owned(), name(at).to_owned())),
        );
        if node.clause.is_none() {
            plan.implied.push(name(at).to_owned());
        }
    }
    plan
}

/// The cases that may be asked about a goal: those that use nothing but these components and share
/// most words with it. Too few to be believed against what was composed are none.
pub(super) fn told(
    goal: &str,
    fresh: &Composition,
    cases: Vec<Case>,
    components: &[Arc<Component>],
) -> Vec<Case> {
    let names: BTreeSet<&str> = components.iter().map(|c| c.name.as_str()).collect();
    let usable = |case: &Case| case.plan.nodes.iter().all(|n| names.contains(n.as_str()));
    let cases = nearest(goal, cases.into_iter().filter(usable).collect());
    if cases.len() < FEW && !outline(fresh).nodes.is_empty() {
        return Vec::new();
    }
    cases
}

/// What cases and a goal mean, where a model reads it; the goals of cases are read once.
///
/// # Errors
/// What a hosted model or the store of vectors says.
pub(super) async fn meant(
    goal: &str,
    mut cases: Vec<Case>,
    retriever: &Retriever,
) -> Result<(Option<Vector>, Vec<Case>)> {
    if cases.is_empty() {
        return Ok((None, cases));
    }
    let goals = cases.iter().map(|case| case.goal.clone()).collect();
    let known = retriever.remembered(goals).await?;
    let own = retriever.read(vec![goal.to_owned()]).await?;
    for case in &mut cases {
        case.meaning = known.of_text(&case.goal);
    }
    Ok((own.and_then(|own| own.of_text(goal)), cases))
}

/// The plan that past cases speak for, where it is another than the one composed without them and
/// lacks nothing that is not given with the goal. `meaning` is what the goal means.
pub(super) fn recalled(
    goal: &str,
    meaning: Option<Vector>,
    fresh: &Composition,
    cases: Vec<Case>,
    components: &[Arc<Component>],
    library: &Library,
    given: &Given,
) -> Option<Composition> {
    if cases.is_empty() {
        return None;
    }
    let known = Known {
        components: components.iter().map(|c| (c.name.as_str(), c)).collect(),
        library,
        given,
    };
    let asked = Case {
        goal: goal.to_owned(),
        meaning,
        ..Case::default()
    };
    let planned = outline(fresh);
    let past = Past::learn(cases, &known);
    let Advice { plan, counted } = past.advise(&asked, &planned, &known, Same::Heard);
    let counted: Vec<(String, f32)> = counted.into_iter().filter(|(_, a)| *a >= ALIKE).collect();
    let (first, alike) = counted.first()?;
    let other: BTreeSet<&String> = planned.nodes.iter().collect();
    if other == plan.nodes.iter().collect() {
        return None;
    }
    let nodes: Vec<&str> = plan.nodes.iter().map(String::as_str).collect();
    let mut found = known.adopted(goal, &nodes, f64::from(*alike));
    past.follow(&mut found.draft, goal, Same::Heard);
    let lacking = found
        .draft
        .inputs
        .iter()
        .any(|f| given.inputs.iter().all(|(name, _)| *name != f.name));
    if found.draft.nodes.is_empty() || lacking {
        return None;
    }
    let names: Vec<String> = nodes.iter().map(|name| format!("`{name}`")).collect();
    found.reasons = vec![format!("{} as in {first}", names.join(", "))];
    let others = counted
        .iter()
        .skip(1)
        .map(|(source, _)| format!("much the same was done in {source}"));
    found.reasons.extend(others);
    Some(found)
}

/// The cases that share most words with a goal, in the order they were in.
fn nearest(goal: &str, cases: Vec<Case>) -> Vec<Case> {
    let words: BTreeSet<String> = stems(goal).into_iter().collect();
    let mut rated: Vec<(usize, usize)> = cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            (
                stems(&case.goal)
                    .iter()
                    .filter(|w| words.contains(*w))
                    .count(),
                at,
            )
        })
        .filter(|(shared, _)| *shared > 0)
        .collect();
    // Of those that are as near, the newest.
    rated.sort_by(|a, b| b.cmp(a));
    rated.truncate(ASKED);
    let kept: BTreeSet<usize> = rated.into_iter().map(|(_, at)| at).collect();
    let all = cases.into_iter().enumerate();
    all.filter(|(at, _)| kept.contains(at))
        .map(|(_, case)| case)
        .collect()
}
