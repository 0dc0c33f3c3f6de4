//! The rubric for plans: pure, from a workflow and what is registered to a verdict.

use std::collections::BTreeMap;

use tdev_core::Error;
use tdev_core::agent_io::{AgentSpec, Evaluation, Remedy};
use tdev_core::workflow::{Catalog, Workflow, check};

use super::coverage::coverage;
use super::fitting::fitting;
use super::flaws::{cost_of, dead_steps, duplicates, error_handling, security};
use super::graph::nodes;
use super::maturity::{Context, Record, maturity};
use super::mending::{Mend, mends};
use super::rating::{Criterion, verdict};
use super::stand_in::substitute;

/// A plan and all that bears on its score.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The steps.
    pub workflow: &'a Workflow,
    /// What is registered.
    pub catalog: &'a Catalog,
    /// What it is to achieve; the workflow's description where absent.
    pub goal: Option<&'a str>,
    /// Capabilities no component has.
    pub missing: &'a [AgentSpec],
    /// Components generated in this run.
    pub generated: &'a [String],
    /// Whether experimental components were asked for.
    pub allow_experimental: bool,
    /// Test records by component name.
    pub records: &'a BTreeMap<String, Record>,
}

/// The most a plan gets that a run could not even begin with.
const UNSOUND: f64 = 49.0;

/// The most a plan gets that leaves a part of its goal undone: below every sensible threshold.
const INCOMPLETE: f64 = 79.0;

/// Scores a plan. What every criterion can give sums to 100.
///
/// Steps nothing comes of, and steps that repeat another, earn nothing anywhere: adding one never
/// raises the score. What cannot be checked is capped under 50.
pub fn evaluate_plan(plan: &Plan<'_>) -> Evaluation {
    let checked = check(plan.workflow, plan.catalog);
    // The checked form has old spellings of references made new.
    let (workflow, faults): (&Workflow, &[Error]) = match &checked {
        Ok(checked) => (&checked.workflow, &[]),
        Err(faults) => (plan.workflow, faults),
    };
    let nodes = nodes(workflow, plan.catalog);
    let context = Context {
        generated: plan.generated,
        allow_experimental: plan.allow_experimental,
        records: plan.records,
    };
    let mends = mends(workflow, &nodes, plan.catalog);
    let mut criteria = vec![
        validity(20.0, faults, &mends),
        coverage(
            30.0,
            plan.goal,
            plan.missing,
            workflow,
            &nodes,
            plan.catalog,
        ),
        fitting(8.0, workflow, &nodes, &mends),
        error_handling(10.0, &nodes),
        dead_steps(6.0, &nodes),
        duplicates(6.0, &nodes),
        maturity(10.0, &nodes, &context, &|node| {
            substitute(node, workflow, &nodes, plan.catalog)
        }),
        cost_of(4.0, &nodes),
        security(6.0, &nodes),
    ];
    // What a broken reference cuts off looks unused: that is judged once the plan is whole.
    if !faults.is_empty() {
        for criterion in criteria.iter_mut().filter(|c| c.name != "validity") {
            criterion.suggestions.retain(|suggestion| {
                !matches!(
                    suggestion.remedy,
                    Some(Remedy::RemoveStep | Remedy::MergeStep { .. } | Remedy::PlanAgain)
                )
            });
        }
    }
    verdict(&criteria, |sum| {
        if !faults.is_empty() {
            (sum * 0.55).min(UNSOUND)
        } else if !plan.missing.is_empty() {
            (sum * 0.85).min(INCOMPLETE)
        } else {
            sum
        }
    })
}

/// Every fault with the change that would mend it; where nothing smaller does, planning again.
fn validity(weight: f64, faults: &[Error], mends: &[Mend]) -> Criterion {
    let mut criterion = Criterion::new(
        "validity",
        weight,
        if faults.is_empty() { 1.0 } else { 0.0 },
    );
    let mut told: Vec<&Mend> = Vec::new();
    for fault in faults {
        let place = fault
            .field
            .as_deref()
            .and_then(|field| field.strip_prefix("steps."));
        let step = place.and_then(|rest| rest.split('.').next());
        let mend = mends.iter().find(|mend| {
            !told.iter().any(|before| std::ptr::eq(*before, *mend)) && mend.step.as_deref() == step
        });
        let hint = fault
            .hint
            .as_deref()
            .map(|hint| format!("; {hint}"))
            .unwrap_or_default();
        let (what, remedy) = match mend {
            Some(mend) => {
                told.push(mend);
                (format!(": {}", mend.message), mend.remedy.clone())
            }
            // What only follows from another fault is mended with it.
            None => match mends.first() {
                Some(first) => (hint, first.remedy.clone()),
                None => (hint, Remedy::PlanAgain),
            },
        };
        let step = mend
            .or(mends.first())
            .map_or(step, |mend| mend.step.as_deref());
        criterion.suggest(step, format!("{}{what}", fault.message), Some(remedy));
    }
    // One fault may hide others: what else would not fit is mended in the same round.
    if !faults.is_empty() {
        for mend in mends
            .iter()
            .filter(|mend| !told.iter().any(|before| std::ptr::eq(*before, *mend)))
        {
            criterion.suggest(
                mend.step.as_deref(),
                mend.message.clone(),
                Some(mend.remedy.clone()),
            );
        }
    }
    criterion
}
