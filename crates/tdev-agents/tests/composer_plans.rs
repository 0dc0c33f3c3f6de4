//! Whole plans over the starter library, values and all: which steps, and what each of their inputs
//! is bound to.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};
use tdev_agents::planner::Planner;
use tdev_agents::retrieval::Retriever;
use tdev_agents::{Agent, Deps};
use tdev_core::Result;
use tdev_core::agent_io::PlanRequest;
use tdev_core::component::{Component, Kind};
use tdev_core::ports::Scope;
use tdev_core::workflow::Workflow;

use crate::fakes::Fakes;
use crate::planner::library;
use crate::retrieval::Kept;

#[derive(Deserialize)]
struct Case {
    goal: String,
    /// `tuned` and `held` were looked at while the rules were written, `fresh` only when all was
    /// done.
    part: String,
    /// Every whole plan that is right.
    plans: Vec<Vec<Step>>,
}

/// One step: any of the components that `|` parts, and all of its inputs. `$1.text` is what the
/// second step gives, `$input` whatever is asked of who runs the plan.
#[derive(Deserialize)]
struct Step {
    #[serde(rename = "use")]
    by: String,
    with: BTreeMap<String, Value>,
}

/// A step that was planned: its id, its component and its inputs.
struct Planned {
    id: String,
    by: String,
    with: Map<String, Value>,
}

fn steps(workflow: &Workflow) -> Vec<Planned> {
    let value = serde_json::to_value(workflow).unwrap();
    let step = |step: &Value| Planned {
        id: step["id"].as_str().unwrap().to_owned(),
        by: step["agent"]
            .as_str()
            .unwrap()
            .split('@')
            .next()
            .unwrap()
            .to_owned(),
        with: step["input"].as_object().unwrap().clone(),
    };
    value["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(step)
        .collect()
}

/// Every way to give each expected step a planned one of its component, none left over.
fn pairings(wanted: &[Step], found: &[Planned]) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for step in wanted {
        let mut longer = Vec::new();
        for way in &all {
            for (at, planned) in found.iter().enumerate() {
                if !way.contains(&at) && step.by.split('|').any(|name| name == planned.by) {
                    longer.push(way.iter().copied().chain([at]).collect());
                }
            }
        }
        all = longer;
    }
    all.retain(|way| way.len() == found.len());
    all
}

/// Whether a planned value is the one that was expected.
fn is_bound(wanted: &Value, found: &Value, way: &[usize], steps: &[Planned]) -> bool {
    let told = wanted.as_str().and_then(|text| text.strip_prefix('$'));
    match told {
        Some("input") => found.as_str().is_some_and(|f| f.starts_with("${input.")),
        Some(reference) if reference.starts_with(|c: char| c.is_ascii_digit()) => {
            let (at, field) = reference.split_once('.').unwrap();
            let from = &steps[way[at.parse::<usize>().unwrap()]].id;
            *found == Value::String(format!("${{{from}.{field}}}"))
        }
        _ => wanted == found,
    }
}

fn is_whole(wanted: &[Step], way: &[usize], found: &[Planned]) -> bool {
    wanted.iter().zip(way).all(|(step, at)| {
        let planned = &found[*at].with;
        planned.len() == step.with.len()
            && step.with.iter().all(|(field, value)| {
                planned
                    .get(field)
                    .is_some_and(|f| is_bound(value, f, way, found))
            })
    })
}

#[derive(Debug, Default)]
struct Tally {
    goals: usize,
    /// The right components, each as often as it must be.
    steps: usize,
    /// And every input of every step bound as it must be, no other bound at all.
    whole: usize,
}

/// Plans a goal. Tools in a row are handed on as the spec of an agent, without what is bound to
/// them; the row itself is planned where they are agents already.
async fn planned(goal: &str, deps: &dyn Fn(Vec<Component>) -> Deps) -> Result<Workflow> {
    let request = || PlanRequest {
        goal: goal.to_owned(),
        ..PlanRequest::default()
    };
    let planner = Planner::new(deps(library()));
    let plan = planner.run(request(), Scope::default()).await?;
    let Some(row) = plan.missing.first().filter(|spec| !spec.tools.is_empty()) else {
        return Ok(plan.workflow);
    };
    let mut components = library();
    for component in components
        .iter_mut()
        .filter(|c| row.tools.contains(&c.name))
    {
        component.kind = Kind::Agent;
    }
    let planner = Planner::new(deps(components));
    Ok(planner.run(request(), Scope::default()).await?.workflow)
}

async fn tally(part: &str, deps: &dyn Fn(Vec<Component>) -> Deps) -> Tally {
    let cases: Vec<Case> = serde_json::from_str(include_str!("cases/plans/goals.json")).unwrap();
    let mut tally = Tally::default();
    for case in cases.iter().filter(|c| c.part == part) {
        tally.goals += 1;
        let workflow = match planned(&case.goal, deps).await {
            Ok(workflow) => workflow,
            Err(error) => {
                println!("{part}: “{}” {error}", case.goal);
                continue;
            }
        };
        let found = steps(&workflow);
        let ways = |wanted: &[Step]| pairings(wanted, &found);
        let placed = case.plans.iter().any(|p| !ways(p).is_empty());
        let bound = |p: &Vec<Step>| ways(p).iter().any(|way| is_whole(p, way, &found));
        let whole = case.plans.iter().any(bound);
        tally.steps += usize::from(placed);
        tally.whole += usize::from(whole);
        if !whole {
            let mut told = String::new();
            for step in &found {
                let with = Value::Object(step.with.clone());
                write!(told, "\n    {} {with}", step.by).unwrap();
            }
            println!("{part}: “{}” is planned as{told}", case.goal);
        }
    }
    println!("{part}: {tally:?}");
    tally
}

#[tokio::test]
async fn a_goal_with_its_values_becomes_the_whole_plan() {
    let deps = |components| Fakes::with(components).deps();
    for (part, steps, whole) in [("tuned", 22, 20), ("held", 21, 21), ("fresh", 13, 13)] {
        let tally = tally(part, &deps).await;
        assert!(
            tally.steps >= steps && tally.whole >= whole,
            "{part}: {tally:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs the model file; run scripts/build-embedder.sh"]
async fn a_goal_with_its_values_becomes_the_whole_plan_where_meanings_are_read() {
    let cache = std::env::var("HOME").unwrap() + "/.cache/tdev/models";
    let folder = std::env::var("TDEV_MODEL_DIR").unwrap_or(cache);
    let file = tdev_embed::default_file(Path::new(&folder));
    let model = Arc::new(tdev_embed::MiniLm::open(&file).unwrap());
    let kept = Arc::new(Kept::default());
    let deps = |components| {
        let mut deps = Fakes::with(components).deps();
        let reader = Arc::clone(&model);
        deps.retriever = Arc::new(Retriever::new(Ok(reader), Arc::clone(&kept) as _));
        deps
    };
    for (part, steps, whole) in [("tuned", 22, 20), ("held", 22, 22), ("fresh", 13, 13)] {
        let tally = tally(part, &deps).await;
        assert!(
            tally.steps >= steps && tally.whole >= whole,
            "{part}: {tally:?}"
        );
    }
}
